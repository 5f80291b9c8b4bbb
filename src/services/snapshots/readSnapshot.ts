import type { StateBackend } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Commit } from '../../model/commit.ts';
import { type Content, emptyContent, evolveContent } from '../../model/content.ts';
import type { EntryKind } from '../../model/entry.ts';
import { contentKinds } from './contentChanges.ts';
import { keyOf } from './pack/packCodec.ts';
import { readPack } from './pack/readPack.ts';
import type { PackChange } from './pack/writePack.ts';

/** Commits read at a time, so that folding a long log never holds all of it in memory. */
const PAGE = 1000;

/** A stored content that folding may begin with. */
export interface StartingPoint {
  readonly serial: number;
  readonly chunk: string;
}

/**
 * The content of a stack as it was at a serial: the nearest stored content before it, and the commits
 * since then. Without a stored one, all commits.
 */
export async function contentAt(
  backend: Pick<StateBackend, 'read' | 'commits' | 'chunk'>,
  lineage: string,
  serial: number,
): Promise<Content> {
  const { start, cut } = await startingPoint(backend, lineage, serial);
  if (serial < cut && start?.serial !== serial) {
    throw new SlothError('log.compacted', { stack: lineage, serial });
  }
  const content =
    start === undefined
      ? emptyContent()
      : await readPack((hash) => backend.chunk(hash), start.chunk);
  for await (const commit of commitsBetween(backend, lineage, start?.serial ?? 0, serial)) {
    for (const change of commit.changes) {
      if (!('kind' in change) || isContent(change.kind)) evolveContent(content, change);
    }
  }
  return content;
}

/** What changed between two serials, the last word on each entry; in the order of the first one. */
export async function netChanges(
  backend: Pick<StateBackend, 'commits'>,
  lineage: string,
  from: number,
  to: number,
): Promise<PackChange[]> {
  const changes = new Map<string, PackChange>();
  for await (const commit of commitsBetween(backend, lineage, from, to)) {
    for (const change of commit.changes) {
      if (!('kind' in change) || !isContent(change.kind)) continue;
      const { kind, name } = change;
      const body =
        change.type === 'entry.put' ? (change.body as unknown as PackChange['body']) : null;
      changes.set(keyOf(kind, name), { kind, name, body });
    }
  }
  return [...changes.values()];
}

/** The newest stored content at or before a serial, and the serial after which the log begins. */
async function startingPoint(
  backend: Pick<StateBackend, 'read'>,
  lineage: string,
  serial: number,
): Promise<{ readonly start: StartingPoint | undefined; readonly cut: number }> {
  const kinds = ['snapshot', 'checkpoint', 'cut'] as const;
  const selection = kinds.map((kind) => ({ kind }));
  const { snapshot, checkpoint, cut } =
    (await backend.read({ lineage }, selection))?.content ?? emptyContent();
  const cuts = [...cut.values()];
  const all: StartingPoint[] = [
    ...[...snapshot.values()].map((each) => ({ serial: each.serial, chunk: each.content.chunk })),
    ...checkpoint.values(),
    ...cuts.map((each) => ({ serial: each.serial, chunk: each.content })),
  ];
  // An imported one is of another log.
  const start = all
    .filter((each) => each.serial > 0 && each.serial <= serial)
    .reduce<StartingPoint | undefined>(
      (best, each) => (best === undefined || each.serial > best.serial ? each : best),
      undefined,
    );
  return { start, cut: cuts[0]?.serial ?? 0 };
}

async function* commitsBetween(
  backend: Pick<StateBackend, 'commits'>,
  lineage: string,
  from: number,
  to: number,
): AsyncGenerator<Commit> {
  for (let after = from; after < to; ) {
    const page = await backend.commits(lineage, { after, upTo: to, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.serial;
  }
}

function isContent(kind: EntryKind): boolean {
  return contentKinds.includes(kind);
}
