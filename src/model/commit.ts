import type { Change } from './change.ts';
import type { Event } from './event.ts';
import { canonicalJson } from './json.ts';

/** A commit without its hash: everything the hash is over, but for the parent's hash itself. */
export interface CommitBody {
  /** Version of this format, so that older commits stay readable for ever. */
  readonly format: 1;
  readonly lineage: string;
  /** Dense within a lineage: 1, 2, 3 … */
  readonly serial: number;
  /** Epoch milliseconds by the backend's clock. */
  readonly at: number;
  readonly actor: string;
  /** What was done, as `run.task_start` or `lock.acquire`. */
  readonly operation: string;
  readonly execution: string | null;
  /** The fencing token of the writer's lock; `null` when it held none. */
  readonly fence: number | null;
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
}

/** One step of a stack's log. */
export interface Commit extends CommitBody {
  /** The hash of the commit before; empty for the first. */
  readonly parent: string;
  readonly hash: string;
}

/** The bodies of commits that were just sealed: a large one is written out for its hash and its row. */
const written = new WeakMap<CommitBody, string>();

/** Keeps the text of a commit that nobody changes any more, for as long as the commit is there. */
export function keepBody(commit: Commit, text: string): Commit {
  written.set(commit, text);
  return commit;
}

/** The text that a commit's hash is taken over, together with its parent's hash. */
export function canonicalBody(body: CommitBody): string {
  const known = written.get(body);
  if (known !== undefined) return known;
  const { format, lineage, serial, at, actor, operation, execution, fence, changes, events } = body;
  return canonicalJson({
    format,
    lineage,
    serial,
    at,
    actor,
    operation,
    execution,
    fence,
    changes,
    events,
  });
}
