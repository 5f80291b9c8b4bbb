import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { Content } from '../../model/content.ts';
import { type EntryKind, entryKinds } from '../../model/entry.ts';
import { sameJson } from '../../model/json.ts';

/** The kinds that belong to a stack's content: what a snapshot holds and a restore sets back. */
export const contentKinds: readonly EntryKind[] = (Object.keys(entryKinds) as EntryKind[]).filter(
  (kind) => entryKinds[kind] === 'content',
);

/** The changes that turn one content into another; records of what happened are left alone. */
export function contentChanges(from: Content, to: Content): Change[] {
  return contentKinds.flatMap((kind) => kindChanges(kind, from[kind], to[kind]));
}

function kindChanges(
  kind: EntryKind,
  from: ReadonlyMap<string, unknown>,
  to: ReadonlyMap<string, unknown>,
): Change[] {
  const changes: Change[] = [];
  for (const [name, body] of to) {
    const known = from.get(name);
    if (known !== undefined && sameJson(known, body)) continue;
    changes.push(putEntry(kind, name, body as never));
  }
  for (const name of from.keys()) {
    if (!to.has(name)) changes.push(deleteEntry(kind, name));
  }
  return changes;
}
