import type * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import type { SnapshotEntry } from '../../../model/entry.ts';
import { relabelSnapshotCommand } from '../../../services/snapshots/labelCommands.ts';
import type { Call } from '../Call.ts';
import type { snapshotOfStack } from '../schemas/snapshot.ts';
import { shownSnapshot } from '../shown/snapshot.ts';
import { findSnapshot } from './findSnapshot.ts';

/** Changes what a snapshot is labelled with; `said` tells it in the log. */
export async function relabel(
  { store, caller }: Call,
  { stack, version: name }: { readonly stack: string; readonly version: string },
  change: (snapshot: SnapshotEntry) => SnapshotEntry,
  said: string,
): Promise<v.InferInput<typeof snapshotOfStack>> {
  const context = store.contextFor(caller);
  const head = await openStack(context, stack);
  const { version } = await findSnapshot(context, head, name);
  const command = relabelSnapshotCommand(version, change, said);
  const changed = await context.writer(head.lineage).submit(command);
  return { stack, ...shownSnapshot(version, changed) };
}
