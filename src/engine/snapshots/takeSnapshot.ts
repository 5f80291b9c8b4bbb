import { SlothError } from '../../errors/SlothError.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { CUT } from '../../services/snapshots/compactCommand.ts';
import { contentKinds } from '../../services/snapshots/contentChanges.ts';
import {
  CHECKPOINT,
  type CreatedSnapshot,
  checkpointCommand,
  createSnapshotCommand,
  type PreparedContent,
  type SnapshotAuthority,
  type SnapshotRequest,
} from '../../services/snapshots/createSnapshotCommand.ts';
import { isRealChange } from '../../services/snapshots/isRealChange.ts';
import { diffPacks } from '../../services/snapshots/pack/diffPacks.ts';
import { outweighs, writeBase, writeDelta } from '../../services/snapshots/pack/writePack.ts';
import { netChanges } from '../../services/snapshots/readSnapshot.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** Commits after which the past is stored again, so that reading it never folds more. */
const MOST_COMMITS = 1000;
const MOST_ATTEMPTS = 20;

/** As much of the engine as a snapshot needs. */
export type SnapshotContext = Pick<EngineContext, 'backend' | 'writer' | 'reach'>;

/** How to take a snapshot. */
export interface SnapshotWish {
  readonly label: SnapshotRequest;
  /** The lock it is taken under; a label by hand needs none. */
  readonly under?: SnapshotAuthority;
  /** Whether the newest one will do where nothing has changed since. */
  readonly reuse: boolean;
}

/** Stores the present content, and labels it as a version. Costs what changed since the last time. */
export async function takeSnapshot(
  context: SnapshotContext,
  lineage: string,
  { label, under, reuse }: SnapshotWish,
): Promise<CreatedSnapshot> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const prepared = await prepareContent(context, lineage);
    context.reach('snapshot.prepared');
    const known = reuse ? await sameAs(context, lineage, prepared) : undefined;
    if (known !== undefined) return known;
    const command = createSnapshotCommand(label, prepared, under);
    const created = await context.writer(lineage).submit(command);
    if (created !== null) return created;
  }
  throw new SlothError('backend.contended', { stack: lineage, attempts: MOST_ATTEMPTS });
}

/** Stores the present content where the log has grown by so many commits since that was last done. */
export async function keepCheckpoint(
  context: SnapshotContext,
  { lineage }: Head,
  every = MOST_COMMITS,
): Promise<void> {
  const selection = [{ kind: 'checkpoint' as const, name: CHECKPOINT }];
  const view = await context.backend.read({ lineage }, selection);
  if (view === undefined) return;
  const last = view.content.checkpoint.get(CHECKPOINT)?.serial ?? 0;
  if (view.head.serial - last < every) return;
  const prepared = await prepareContent(context, lineage);
  await context.writer(lineage).submit(checkpointCommand(prepared));
}

/** The content at the newest serial: what changed since the checkpoint, or all of it. */
async function prepareContent(context: SnapshotContext, lineage: string): Promise<PreparedContent> {
  const { backend } = context;
  const selection = [
    { kind: 'checkpoint' as const, name: CHECKPOINT },
    { kind: 'cut' as const, name: CUT },
  ];
  const view = await backend.read({ lineage }, selection);
  if (view === undefined) throw new SlothError('stack.not_found', { stack: lineage, near: [] });
  const known = view.content.checkpoint.get(CHECKPOINT);
  if (known === undefined) return prepareWhole(context, lineage, '');
  // What changed since the checkpoint can't be told from a log that begins after it.
  const cut = view.content.cut.get(CUT)?.serial ?? 0;
  if (cut > known.serial) return prepareWhole(context, lineage, known.chunk);
  const { serial, status } = view.head;
  const changes = await netChanges(backend, lineage, known.serial, serial);
  const read = (hash: string): Promise<Uint8Array | undefined> => backend.chunk(hash);
  const written = await writeDelta(read, known.chunk, known, changes, serial);
  const { hash, chunks, summary, weight } = written;
  // Where nothing has changed, it is the same content still, however heavy its chain is.
  if (chunks.length > 0 && outweighs(weight)) return prepareWhole(context, lineage, known.chunk);
  const content = { chunk: hash, ...summary };
  return { serial, status, content, weight, from: known.chunk, chunks };
}

async function prepareWhole(
  { backend }: SnapshotContext,
  lineage: string,
  from: string,
): Promise<PreparedContent> {
  const selection = contentKinds.map((kind) => ({ kind }));
  const view = await backend.read({ lineage }, selection);
  if (view === undefined) throw new SlothError('stack.not_found', { stack: lineage, near: [] });
  const { serial, status } = view.head;
  const { hash, chunks, summary, weight } = writeBase(view.content, serial);
  return { serial, status, content: { chunk: hash, ...summary }, weight, from, chunks };
}

/** The newest snapshot, where nothing has really changed since it. */
async function sameAs(
  { backend }: SnapshotContext,
  lineage: string,
  { content, chunks }: PreparedContent,
): Promise<CreatedSnapshot | undefined> {
  const view = await backend.read({ lineage }, [{ kind: 'snapshot' }]);
  let newest: { version: string; snapshot: SnapshotEntry } | undefined;
  for (const [version, snapshot] of view?.content.snapshot ?? []) {
    if (newest === undefined || snapshot.number > newest.snapshot.number)
      newest = { version, snapshot };
  }
  if (newest === undefined) return undefined;
  const known = newest.snapshot.content;
  if (known.chunk === content.chunk) return newest;
  // Counts that differ say enough, and cost nothing.
  if (known.resources !== content.resources || known.tasks !== content.tasks) return undefined;
  const prepared = new Map(chunks.map(({ hash, bytes }) => [hash, bytes]));
  const read = async (hash: string): Promise<Uint8Array | undefined> =>
    prepared.get(hash) ?? (await backend.chunk(hash));
  const differences = await diffPacks(read, known.chunk, content.chunk);
  return differences.some(isRealChange) ? undefined : newest;
}
