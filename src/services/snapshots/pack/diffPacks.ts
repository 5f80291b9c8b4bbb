import { appendAll } from '../../../model/appendAll.ts';
import type { EntryKind } from '../../../model/entry.ts';
import { sameJson } from '../../../model/json.ts';
import type { BaseNode, Body, DeltaNode } from './PackNode.ts';
import { keyOf } from './packCodec.ts';
import { type EntryKey, type ReadChunk, readChain, readEntries, readNode } from './readPack.ts';

/** An entry that is not the same in two contents; `null` where it isn't there. */
export interface EntryDifference extends EntryKey {
  readonly before: Body;
  readonly after: Body;
}

/**
 * What differs between two stored contents. Only entries that may differ are read: those of the deltas
 * that lead from one to the other, or of leaves that are not the same chunk.
 */
export async function diffPacks(
  read: ReadChunk,
  from: string,
  to: string,
): Promise<EntryDifference[]> {
  if (from === to) return [];
  const keys = await candidates(read, from, to);
  const before = await readEntries(read, from, keys);
  const after = await readEntries(read, to, keys);
  return keys
    .map(({ kind, name }): EntryDifference => {
      const key = keyOf(kind, name);
      return { kind, name, before: before.get(key) ?? null, after: after.get(key) ?? null };
    })
    .filter((each) => !sameJson(each.before, each.after));
}

/** Keys of all entries that can differ, each once. */
async function candidates(read: ReadChunk, from: string, to: string): Promise<EntryKey[]> {
  const between =
    (await deltasBetween(read, from, to)) ?? (await deltasBetween(read, to, from)) ?? undefined;
  if (between !== undefined) return keysOf(between);
  const [a, b] = [await readChain(read, from), await readChain(read, to)];
  const ofBases = a.baseHash === b.baseHash ? [] : await keysOfLeaves(read, a.base, b.base);
  return unique([...keysOf([...a.deltas, ...b.deltas]), ...ofBases]);
}

/** The deltas that lead from one content to another; `undefined` where none do. */
async function deltasBetween(
  read: ReadChunk,
  from: string,
  to: string,
): Promise<DeltaNode[] | undefined> {
  const deltas: DeltaNode[] = [];
  for (let at = to; at !== from; ) {
    const node = await readNode(read, at);
    if (node.type !== 'delta') return undefined;
    deltas.push(node);
    at = node.parent;
  }
  return deltas;
}

function keysOf(deltas: readonly DeltaNode[]): EntryKey[] {
  return unique(deltas.flatMap(({ changes }) => changes.map(([kind, name]) => ({ kind, name }))));
}

async function keysOfLeaves(read: ReadChunk, a: BaseNode, b: BaseNode): Promise<EntryKey[]> {
  const [inA, inB] = [new Set(a.leaves), new Set(b.leaves)];
  const differing = [...inA].filter((hash) => !inB.has(hash));
  appendAll(
    differing,
    [...inB].filter((hash) => !inA.has(hash)),
  );
  const keys: EntryKey[] = [];
  for (const hash of differing) {
    const node = hash === '' ? undefined : await readNode(read, hash);
    if (node?.type !== 'leaf') continue;
    for (const [kind, name] of node.entries) keys.push({ kind, name });
  }
  return keys;
}

function unique(keys: readonly EntryKey[]): EntryKey[] {
  return [
    ...new Map(
      keys.map((key: { kind: EntryKind; name: string }) => [keyOf(key.kind, key.name), key]),
    ).values(),
  ];
}
