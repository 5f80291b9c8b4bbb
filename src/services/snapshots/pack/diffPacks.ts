import type { EntryKind } from '../../../model/entry.ts';
import { canonicalJson } from '../../../model/json.ts';
import type { BaseNode, Body, DeltaNode } from './PackNode.ts';
import { keyOf } from './packCodec.ts';
import { type ReadChunk, readChain, readNode } from './readPack.ts';

/** An entry that is not the same in two contents; `null` where it isn't there. */
export interface EntryDifference {
  readonly kind: EntryKind;
  readonly name: string;
  readonly before: Body;
  readonly after: Body;
}

/**
 * What differs between two stored contents. Where one stands on the other, only the deltas between them
 * are read; where their bases differ, leaves that are the same chunk are not.
 */
export async function diffPacks(
  read: ReadChunk,
  from: string,
  to: string,
): Promise<EntryDifference[]> {
  if (from === to) return [];
  const up = await deltasBetween(read, from, to);
  if (up !== undefined) return merged(up.toReversed());
  const down = await deltasBetween(read, to, from);
  if (down !== undefined) return merged(down.toReversed()).map(turned);
  const [a, b] = [await readChain(read, from), await readChain(read, to)];
  const bases = await diffBases(read, a.base, b.base);
  return joined(merged(a.deltas.toReversed()).map(turned), bases, merged(b.deltas.toReversed()));
}

/** The deltas that lead from one content to another, newest first; `undefined` where none do. */
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

/** What a run of deltas, oldest first, changes together. */
function merged(deltas: readonly DeltaNode[]): EntryDifference[] {
  const all = new Map<string, EntryDifference>();
  for (const { changes } of deltas) {
    for (const [kind, name, before, after] of changes) {
      const key = keyOf(kind, name);
      const known = all.get(key);
      all.set(key, { kind, name, before: known === undefined ? before : known.before, after });
    }
  }
  return [...all.values()].filter(isReal);
}

function joined(...steps: readonly (readonly EntryDifference[])[]): EntryDifference[] {
  const all = new Map<string, EntryDifference>();
  for (const { kind, name, before, after } of steps.flat()) {
    const key = keyOf(kind, name);
    const known = all.get(key);
    all.set(key, { kind, name, before: known === undefined ? before : known.before, after });
  }
  return [...all.values()].filter(isReal);
}

async function diffBases(read: ReadChunk, a: BaseNode, b: BaseNode): Promise<EntryDifference[]> {
  const shared = new Set(a.leaves.filter((hash) => b.leaves.includes(hash)));
  const [before, after] = [await entriesOf(read, a, shared), await entriesOf(read, b, shared)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .map((key): EntryDifference => {
      const [was, is] = [before.get(key), after.get(key)];
      const { kind, name } = (was ?? is) as Entry;
      return { kind, name, before: was?.body ?? null, after: is?.body ?? null };
    })
    .filter(isReal);
}

interface Entry {
  readonly kind: EntryKind;
  readonly name: string;
  readonly body: Body;
}

async function entriesOf(
  read: ReadChunk,
  { leaves }: BaseNode,
  without: ReadonlySet<string>,
): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const hash of leaves) {
    if (hash === '' || without.has(hash)) continue;
    const node = await readNode(read, hash);
    if (node.type !== 'leaf') continue;
    for (const [kind, name, body] of node.entries) {
      entries.set(keyOf(kind, name), { kind, name, body });
    }
  }
  return entries;
}

function turned({ before, after, ...rest }: EntryDifference): EntryDifference {
  return { ...rest, before: after, after: before };
}

function isReal({ before, after }: EntryDifference): boolean {
  return canonicalJson(before) !== canonicalJson(after);
}
