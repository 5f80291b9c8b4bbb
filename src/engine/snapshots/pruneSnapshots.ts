import type { Head } from '../../model/head.ts';
import { deleteSnapshotsCommand } from '../../services/snapshots/labelCommands.ts';
import { packLinks } from '../../services/snapshots/pack/packLinks.ts';
import { type RetentionPolicy, selectPrunable } from '../../services/snapshots/selectPrunable.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** What a pruning deleted. */
export interface PrunedSnapshots {
  /** Oldest first. */
  readonly versions: readonly string[];
  /** Bytes that were given back; 0 where nothing was deleted. */
  readonly freed: number;
}

/** Deletes the snapshots that no rule keeps, and gives back their room. */
export async function pruneSnapshots(
  context: EngineContext,
  { lineage }: Head,
  policy: RetentionPolicy,
  options: { readonly dryRun: boolean },
): Promise<PrunedSnapshots> {
  const view = await context.backend.read({ lineage }, [{ kind: 'snapshot' }]);
  const now = await context.backend.now();
  const versions = selectPrunable(view?.content.snapshot ?? new Map(), policy, now);
  if (options.dryRun || versions.length === 0) return { versions, freed: 0 };
  return deleteSnapshots(context, lineage, versions, ' (no rule keeps it)');
}

/** Deletes snapshots, and gives back the room that only they took. */
export async function deleteSnapshots(
  context: EngineContext,
  lineage: string,
  versions: readonly string[],
  why: string,
): Promise<PrunedSnapshots> {
  await context.writer(lineage).submit(deleteSnapshotsCommand(versions, why));
  context.reach('snapshots.deleted');
  const { bytes } = await context.backend.collectChunks(packLinks);
  return { versions, freed: bytes };
}
