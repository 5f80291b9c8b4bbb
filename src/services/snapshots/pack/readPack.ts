import { SlothError } from '../../../errors/SlothError.ts';
import { type Content, emptyContent } from '../../../model/content.ts';
import type { EntryKind } from '../../../model/entry.ts';
import {
  type BaseNode,
  type Body,
  type DeltaNode,
  type IndexNode,
  type LeafNode,
  type PackNode,
  RUN,
} from './PackNode.ts';
import { decodeNode, keyOf, shortHash } from './packCodec.ts';

/** Reads a chunk by its hash. */
export type ReadChunk = (hash: string) => Promise<Uint8Array | undefined>;

/** A key of an entry, taken apart. */
export interface EntryKey {
  readonly kind: EntryKind;
  readonly name: string;
}

/**
 * The node of a chunk. Rejects with `snapshot.corrupt` where the chunk is missing or is no node: what
 * can't be read is never taken for empty.
 */
export async function readNode(read: ReadChunk, hash: string): Promise<PackNode> {
  const bytes = await read(hash);
  if (bytes === undefined) throw corrupt(hash, 'it is missing');
  try {
    return decodeNode(bytes);
  } catch (cause) {
    throw corrupt(hash, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A content is named by a base, or by a delta on one. */
export async function readHeadNode(read: ReadChunk, hash: string): Promise<BaseNode | DeltaNode> {
  const node = await readNode(read, hash);
  if (node.type === 'base' || node.type === 'delta') return node;
  throw corrupt(hash, `it is a ${node.type}`);
}

/** All entries of a content. Costs its base and the deltas on it. */
export async function readPack(read: ReadChunk, hash: string): Promise<Content> {
  const { base, deltas } = await readChain(read, hash);
  const content = emptyContent();
  const leaves = base.leaves.filter((leaf) => leaf !== '');
  for (const node of await Promise.all(leaves.map((leaf) => readLeaf(read, leaf)))) {
    for (const [kind, name, body] of node.entries) put(content, kind, name, body);
  }
  for (const { changes } of deltas.toReversed()) {
    for (const [kind, name, body] of changes) put(content, kind, name, body);
  }
  return content;
}

/** A chain as it is stored: the deltas from the newest down, and the base they stand on. */
export async function readChain(
  read: ReadChunk,
  hash: string,
): Promise<{
  readonly base: BaseNode;
  readonly baseHash: string;
  readonly deltas: readonly DeltaNode[];
}> {
  const deltas: DeltaNode[] = [];
  let at = hash;
  for (;;) {
    const node = await readHeadNode(read, at);
    if (node.type === 'base') return { base: node, baseHash: at, deltas };
    deltas.push(node);
    at = node.parent;
  }
}

/** With more entries than that, reading all of a content costs less than finding each. */
const MANY = 500;

/** Some entries of a content, by key; `null` for what it doesn't have. Costs little more than those. */
export async function readEntries(
  read: ReadChunk,
  hash: string,
  keys: readonly EntryKey[],
): Promise<Map<string, Body>> {
  if (keys.length > MANY) {
    const content = await readPack(read, hash);
    return new Map(
      keys.map(({ kind, name }) => {
        const entries = content[kind] as ReadonlyMap<string, unknown>;
        return [keyOf(kind, name), (entries.get(name) ?? null) as Body];
      }),
    );
  }
  const wanted = new Map(keys.map((key) => [keyOf(key.kind, key.name), key]));
  const found = new Map<string, Body>();
  const take = ({ changes }: DeltaNode): void => {
    for (const [kind, name, body] of changes) {
      const key = keyOf(kind, name);
      if (wanted.delete(key)) found.set(key, body);
    }
  };
  let at = hash;
  let node = await readHeadNode(read, at);
  // The newest deltas are in no index yet.
  while (node.type === 'delta') {
    take(node);
    if (wanted.size === 0) break;
    const isRunStart = (node.depth - 1) % RUN === 0;
    at = node.parent;
    if (isRunStart && node.index !== '') {
      at = await takeIndexed(read, node.index, wanted, take, at);
      break;
    }
    node = await readHeadNode(read, at);
  }
  if (wanted.size > 0) await takeFromBase(read, at, wanted, found);
  for (const key of wanted.keys()) found.set(key, null);
  return found;
}

/** Looks through whole runs of deltas; gives the chunk to go on with, which is on the base. */
async function takeIndexed(
  read: ReadChunk,
  first: string,
  wanted: ReadonlyMap<string, EntryKey>,
  take: (delta: DeltaNode) => void,
  below: string,
): Promise<string> {
  let at = below;
  for (let hash = first; hash !== '' && wanted.size > 0; ) {
    const index = await readIndex(read, hash);
    const short = new Map(index.keys);
    const hits = [...wanted.keys()].flatMap((key) => {
      const place = short.get(shortHash(key));
      return place === undefined ? [] : [{ key, place }];
    });
    const takeAt = async (place: number): Promise<void> => {
      const delta = await readHeadNode(read, index.deltas[place] ?? '');
      if (delta.type === 'delta') take(delta);
    };
    const places = new Set(hits.map((each) => each.place));
    for (const place of [...places].sort((a, b) => b - a)) await takeAt(place);
    // Another key with the same short hash was changed last: this one may still be further down.
    const missed = hits.filter(({ key }) => wanted.has(key));
    const highest = Math.max(-1, ...missed.map((each) => each.place - 1));
    for (let place = highest; place >= 0; place--) await takeAt(place);
    at = index.deltas[0] ?? at;
    hash = index.parent;
  }
  return at;
}

async function takeFromBase(
  read: ReadChunk,
  from: string,
  wanted: Map<string, EntryKey>,
  found: Map<string, Body>,
): Promise<void> {
  let node = await readHeadNode(read, from);
  while (node.type === 'delta') node = await readHeadNode(read, node.parent);
  const { leaves } = node;
  const byLeaf = Map.groupBy(wanted.keys(), (key) => leaves[leafOf(key, leaves.length)] ?? '');
  for (const [hash, keys] of byLeaf) {
    if (hash === '') continue;
    const leaf = await readLeaf(read, hash);
    const entries = new Map(leaf.entries.map(([kind, name, body]) => [keyOf(kind, name), body]));
    for (const key of keys) {
      const body = entries.get(key);
      if (body === undefined) continue;
      found.set(key, body);
      wanted.delete(key);
    }
  }
}

/** The leaf that an entry is in. */
export function leafOf(key: string, leaves: number): number {
  return shortHash(key) & (leaves - 1);
}

async function readLeaf(read: ReadChunk, hash: string): Promise<LeafNode> {
  const node = await readNode(read, hash);
  if (node.type === 'leaf') return node;
  throw corrupt(hash, `it is a ${node.type}`);
}

async function readIndex(read: ReadChunk, hash: string): Promise<IndexNode> {
  const node = await readNode(read, hash);
  if (node.type === 'index') return node;
  throw corrupt(hash, `it is a ${node.type}`);
}

function put(content: Content, kind: EntryKind, name: string, body: Body): void {
  const entries = content[kind] as Map<string, unknown>;
  if (body === null) entries.delete(name);
  else entries.set(name, body);
}

function corrupt(hash: string, reason: string): SlothError {
  return new SlothError('snapshot.corrupt', { chunk: hash, reason });
}
