import type { ResourceEntry } from '../../model/entry.ts';

/** A declared resource, as far as it tells which object it is. */
export interface DeclaredObject {
  /** Its address. */
  readonly name: string;
  readonly type: string;
  /** `undefined` while what it is made from isn't known. */
  readonly identity: string | undefined;
  readonly host: string;
  /** The address that it had before, as its author says; empty for none. */
  readonly moved: string;
}

/**
 * Which entries of a stack are other addresses now, from the old to the new; pure.
 *
 * An object keeps its entry when its declaration gets another name, or another place in a list: the
 * scenario that must not happen is that it is deleted as the one and made again as the other. Where the
 * address that it comes to has an entry of its own, that one goes to an address that has become free,
 * so the result is a permutation, and no entry is ever lost.
 */
export function decideMoves(
  entries: ReadonlyMap<string, Pick<ResourceEntry, 'type' | 'identity' | 'host'>>,
  declared: readonly DeclaredObject[],
): Map<string, string> {
  const sources = sourcesOf(entries, declared);
  const moves = new Map([...sources].map(([to, from]) => [from, to]));
  for (const to of sources.keys()) {
    if (!entries.has(to) || moves.has(to)) continue;
    // Its address is taken: along the chain of those that moved, there is one that became free.
    let free = to;
    for (let next = sources.get(free); next !== undefined; next = sources.get(free)) free = next;
    moves.set(to, free);
  }
  return moves;
}

/** Entries under the addresses that they have after moves; pure. */
export function moved<T>(
  entries: ReadonlyMap<string, T>,
  moves: ReadonlyMap<string, string>,
): Map<string, T> {
  return new Map([...entries].map(([address, entry]) => [moves.get(address) ?? address, entry]));
}

/** Where the entry of a declared resource lies, by its address, where that is another address. */
function sourcesOf(
  entries: ReadonlyMap<string, Pick<ResourceEntry, 'type' | 'identity' | 'host'>>,
  declared: readonly DeclaredObject[],
): Map<string, string> {
  const places = new Map<string, string>();
  for (const [address, entry] of entries) places.set(objectKey(entry), address);
  const sources = new Map<string, string>();
  const used = new Set<string>();
  for (const each of declared) {
    if (each.identity === undefined) continue;
    const from = places.get(objectKey({ ...each, identity: each.identity }));
    if (from === undefined) continue;
    used.add(from);
    if (from !== each.name) sources.set(each.name, from);
  }
  const names = new Set(declared.map((each) => each.name));
  for (const { name, type, moved: from } of declared) {
    if (from === '' || sources.has(name) || entries.has(name) || names.has(from)) continue;
    if (used.has(from) || entries.get(from)?.type !== type) continue;
    used.add(from);
    sources.set(name, from);
  }
  return sources;
}

/** Tells an object from all others, whatever its name in the code; pure. */
export function objectKey({
  type,
  identity,
  host,
}: Pick<ResourceEntry, 'type' | 'identity' | 'host'>): string {
  return JSON.stringify([type, host, identity]);
}
