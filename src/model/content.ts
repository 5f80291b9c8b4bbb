import type { Change } from './change.ts';
import { type Entry, type EntryBodies, type EntryKind, entryKinds } from './entry.ts';

/** All entries of a stack by kind and name: what folding its log gives. */
export type Content = { readonly [K in EntryKind]: ReadonlyMap<string, EntryBodies[K]> };

type MutableContent = { [K in EntryKind]: Map<string, EntryBodies[K]> };

/** A stack with nothing in it. */
export function emptyContent(): Content {
  const content: Partial<Record<EntryKind, Map<string, unknown>>> = {};
  for (const kind of Object.keys(entryKinds) as EntryKind[]) content[kind] = new Map();
  return content as MutableContent;
}

/** A content made of entries that were read back. */
export function contentOf(entries: Iterable<Entry>): Content {
  const content = emptyContent();
  for (const entry of entries) put(content, entry.kind, entry.name, entry.body);
  return content;
}

/**
 * Applies one change to a content **in place** and returns it: a fold over a long log would
 * otherwise copy every map once per commit. Callers that need the old content fold again.
 */
export function evolveContent(content: Content, change: Change): Content {
  if (change.type === 'entry.put') put(content, change.kind, change.name, change.body);
  if (change.type === 'entry.delete')
    (content[change.kind] as Map<string, unknown>).delete(change.name);
  return content;
}

/** Every entry of a content, kinds in their declared order and names sorted. */
export function* entriesOf(content: Content): Generator<Entry> {
  for (const kind of Object.keys(entryKinds) as EntryKind[]) {
    for (const name of [...content[kind].keys()].sort()) {
      yield { kind, name, body: content[kind].get(name) } as Entry;
    }
  }
}

function put(content: Content, kind: EntryKind, name: string, body: unknown): void {
  (content[kind] as Map<string, unknown>).set(name, body);
}
