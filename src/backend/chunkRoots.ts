import type { Entry } from '../model/entry.ts';

/** A chunk that an entry refers to. */
export interface ChunkRoot {
  readonly hash: string;
  /** Whether it refers to further chunks, as a stored content does; else it is only bytes. */
  readonly isPack: boolean;
}

/** The kinds of entries that refer to chunks. */
export const referringKinds = [
  'snapshot',
  'checkpoint',
  'cut',
  'task_run',
  'queue',
  'preimage',
] as const;

/** The chunks that an entry keeps alive; pure. */
export function chunkRoots({ kind, body }: Entry): ChunkRoot[] {
  switch (kind) {
    case 'snapshot':
      return [{ hash: body.content.chunk, isPack: true }];
    case 'checkpoint':
      return [{ hash: body.chunk, isPack: true }];
    case 'cut':
      return [
        { hash: body.content, isPack: true },
        { hash: body.state, isPack: false },
      ];
    case 'task_run':
      return body.output === null ? [] : [{ hash: body.output.hash, isPack: false }];
    case 'preimage':
      return body.content === null ? [] : [{ hash: body.content.hash, isPack: false }];
    case 'queue':
      return [{ hash: body.request, isPack: false }];
    default:
      return [];
  }
}

/**
 * The hashes of all chunks that roots lead to. Throws what `links` throws: of a chunk that can't be read
 * nobody knows what it refers to, so nothing may be removed.
 */
export function reachableChunks(
  roots: Iterable<ChunkRoot>,
  chunk: (hash: string) => Uint8Array | undefined,
  links: (hash: string, bytes: Uint8Array | undefined) => readonly string[],
): Set<string> {
  const live = new Set<string>();
  const open: string[] = [];
  for (const { hash, isPack } of roots) {
    if (live.has(hash)) continue;
    live.add(hash);
    if (isPack) open.push(hash);
  }
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    for (const next of links(hash, chunk(hash))) {
      if (live.has(next)) continue;
      live.add(next);
      open.push(next);
    }
  }
  return live;
}
