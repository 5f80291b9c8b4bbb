import type { Chunk } from '../../../backend/Chunk.ts';
import type { Content } from '../../../model/content.ts';
import type { EntryKind } from '../../../model/entry.ts';
import { sameJson } from '../../../model/json.ts';
import { contentKinds } from '../contentChanges.ts';
import {
  type BaseNode,
  type Body,
  type DeltaNode,
  type IndexNode,
  type PackSummary,
  RUN,
} from './PackNode.ts';
import { encodeNode, encodeText, keyOf, shortHash } from './packCodec.ts';
import { type EntryKey, leafOf, type ReadChunk, readEntries, readHeadNode } from './readPack.ts';

/** Entries that share a leaf, about: small enough to read for one, large enough to compress. */
const PER_LEAF = 64;

/** A content as chunks. */
export interface WrittenPack {
  /** Names the content. */
  readonly hash: string;
  /** New chunks; none where nothing changed. */
  readonly chunks: readonly Chunk[];
  readonly summary: PackSummary;
  /** Compressed bytes of its base, and of the deltas on it. */
  readonly weight: PackWeight;
}

/** How heavy a chain is: a base is written anew when the deltas outweigh it. */
export interface PackWeight {
  readonly base: number;
  readonly deltas: number;
}

/** A key with its new body; `null` for one that is gone. */
export interface PackChange extends EntryKey {
  readonly body: Body;
}

/** A whole content as chunks: a base. Each entry is written out once. */
export function writeBase(content: Content, serial: number): WrittenPack {
  const entries = contentKinds.flatMap((kind) =>
    [...(content[kind] as ReadonlyMap<string, Body>)].map(([name, body]) => {
      return { key: keyOf(kind, name), text: textOf(kind, name, body) };
    }),
  );
  const count = leafCount(entries.length);
  const leaves: (typeof entries)[] = Array.from({ length: count }, () => []);
  for (const each of entries) leaves[leafOf(each.key, count)]?.push(each);
  const chunks: Chunk[] = [];
  const hashes = leaves.map((each) => {
    if (each.length === 0) return '';
    each.sort((a, b) => (a.key < b.key ? -1 : 1));
    const texts = each.map(({ text }) => text).join(',');
    const chunk = encodeText(`{"type":"leaf","entries":[${texts}]}`);
    chunks.push(chunk);
    return chunk.hash;
  });
  const summary: PackSummary = {
    size: entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    resources: content.resource.size,
    tasks: content.task.size,
  };
  const node: BaseNode = { type: 'base', serial, leaves: hashes, ...summary };
  const head = encodeNode(node);
  chunks.push(head);
  return { hash: head.hash, chunks, summary, weight: { base: weigh(chunks), deltas: 0 } };
}

/**
 * A content that differs from another one in some entries: a delta on it. What is as it was before is
 * left out; where all of it is, the content is the other one.
 */
export async function writeDelta(
  read: ReadChunk,
  parent: string,
  weight: PackWeight,
  changes: readonly PackChange[],
  serial: number,
): Promise<WrittenPack> {
  const below = await readHeadNode(read, parent);
  const before = await readEntries(read, parent, changes);
  const real = changes
    .map((change) => ({ ...change, was: before.get(keyOf(change.kind, change.name)) ?? null }))
    .filter(({ was, body }) => !sameJson(was, body))
    .toSorted((a, b) => (keyOf(a.kind, a.name) < keyOf(b.kind, b.name) ? -1 : 1));
  const { size, resources, tasks } = below;
  if (real.length === 0) {
    return { hash: parent, chunks: [], summary: { size, resources, tasks }, weight };
  }
  const indexed = await indexBelow(read, parent, below);
  const summary = real.reduce(withChange, { size, resources, tasks });
  const node: DeltaNode = {
    type: 'delta',
    serial,
    parent,
    index: indexed.hash,
    depth: below.type === 'delta' ? below.depth + 1 : 1,
    changes: real.map(({ kind, name, body }) => [kind, name, body] as const),
    ...summary,
  };
  const head = encodeNode(node);
  const chunks = [...indexed.chunks, head];
  return {
    hash: head.hash,
    chunks,
    summary,
    weight: { ...weight, deltas: weight.deltas + weigh(chunks) },
  };
}

/** A chain that is lighter is never worth writing anew, in bytes. */
const LIGHT = 64 * 1024;

/** Whether the next content is better written as a whole: its chain weighs more than that would. */
export function outweighs({ base, deltas }: PackWeight): boolean {
  return deltas > Math.max(2 * base, LIGHT);
}

/** The index that covers all runs of deltas that are complete below a new one. */
async function indexBelow(
  read: ReadChunk,
  parent: string,
  below: BaseNode | DeltaNode,
): Promise<{ readonly hash: string; readonly chunks: readonly Chunk[] }> {
  if (below.type === 'base') return { hash: '', chunks: [] };
  if (below.depth % RUN !== 0) return { hash: below.index, chunks: [] };
  const deltas: string[] = [];
  const keys = new Map<number, number>();
  let node: BaseNode | DeltaNode = below;
  let at = parent;
  for (let place = RUN - 1; place >= 0 && node.type === 'delta'; place--) {
    deltas.unshift(at);
    for (const [kind, name] of node.changes) {
      const key = shortHash(keyOf(kind, name));
      // Walked from the newest down: the first one that is met is the last that changed it.
      if (!keys.has(key)) keys.set(key, place);
    }
    at = node.parent;
    node = await readHeadNode(read, at);
  }
  const index: IndexNode = { type: 'index', parent: below.index, deltas, keys: [...keys] };
  const chunk = encodeNode(index);
  return { hash: chunk.hash, chunks: [chunk] };
}

function withChange(
  { size, resources, tasks }: PackSummary,
  { kind, name, was, body }: PackChange & { readonly was: Body },
): PackSummary {
  const more = (of: Body): number => (of === null ? 0 : 1);
  const bytes = (of: Body): number => (of === null ? 0 : Buffer.byteLength(textOf(kind, name, of)));
  const step = more(body) - more(was);
  return {
    size: size + bytes(body) - bytes(was),
    resources: resources + (kind === 'resource' ? step : 0),
    tasks: tasks + (kind === 'task' ? step : 0),
  };
}

/** An entry as it stands in a leaf. */
function textOf(kind: EntryKind, name: string, body: Body): string {
  return JSON.stringify([kind, name, body]);
}

function leafCount(entries: number): number {
  let count = 1;
  while (count * PER_LEAF < entries) count *= 2;
  return count;
}

function weigh(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
