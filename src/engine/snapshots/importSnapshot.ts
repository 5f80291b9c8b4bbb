import type { Content } from '../../model/content.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import {
  type CreatedSnapshot,
  importSnapshotCommand,
  type SnapshotRequest,
} from '../../services/snapshots/createSnapshotCommand.ts';
import { writeBase } from '../../services/snapshots/pack/writePack.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** Keeps a content that comes from elsewhere as the next version. */
export async function importSnapshot(
  context: EngineContext,
  { lineage }: Head,
  content: Content,
  label: SnapshotRequest & Pick<SnapshotEntry, 'createdAt'>,
): Promise<CreatedSnapshot> {
  const { hash, chunks, summary } = writeBase(content, 0);
  const stored = { chunk: hash, ...summary };
  return context.writer(lineage).submit(importSnapshotCommand(label, stored, chunks));
}
