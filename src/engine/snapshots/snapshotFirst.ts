import type { CreatedSnapshot } from '../../services/snapshots/createSnapshotCommand.ts';
import type { ApplySession } from '../objects/ApplySession.ts';
import { takeSnapshot } from './takeSnapshot.ts';

/** The snapshot before an operation, by which it is undone; the newest where nothing has changed since. */
export function snapshotFirst(
  { context, lineage, authority }: Pick<ApplySession, 'context' | 'lineage' | 'authority'>,
  { description, tag }: { readonly description: string; readonly tag: string },
): Promise<CreatedSnapshot> {
  const label = { creator: 'system', description, tags: ['auto', tag], execution: null };
  const under = { authority, probe: context.probe };
  return takeSnapshot(context, lineage, { label, under, reuse: true });
}
