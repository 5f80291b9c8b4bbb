import { sealCommit } from '../backend/sealCommit.ts';
import type { Change } from '../model/change.ts';
import type { Commit } from '../model/commit.ts';
import type { Event } from '../model/event.ts';

/** Facts of a commit that a test cares about; the rest gets plain defaults. */
export interface CommitSketch {
  readonly changes?: readonly Change[];
  readonly events?: readonly Event[];
  readonly at?: number;
  readonly execution?: string | null;
  readonly fence?: number | null;
}

/** Seals the commit that follows `parent` in a lineage (or starts it). */
export function nextCommit(
  lineage: string,
  parent: Pick<Commit, 'serial' | 'hash'> | undefined,
  sketch: CommitSketch = {},
): Commit {
  const serial = (parent?.serial ?? 0) + 1;
  return sealCommit(parent?.hash ?? '', {
    format: 1,
    lineage,
    serial,
    at: sketch.at ?? 1_700_000_000_000 + serial,
    actor: 'tester@host',
    operation: 'test',
    execution: sketch.execution ?? null,
    fence: sketch.fence ?? null,
    changes: sketch.changes ?? [],
    events: sketch.events ?? [],
  });
}

/** Seals a run of commits, each following the one before. */
export function commitRun(
  lineage: string,
  parent: Pick<Commit, 'serial' | 'hash'> | undefined,
  sketches: readonly CommitSketch[],
): Commit[] {
  const commits: Commit[] = [];
  for (const sketch of sketches) {
    commits.push(nextCommit(lineage, commits.at(-1) ?? parent, sketch));
  }
  return commits;
}
