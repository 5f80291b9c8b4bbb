import type { Commit } from '../../model/commit.ts';
import { type Content, evolveContent } from '../../model/content.ts';
import { contentKinds } from './contentChanges.ts';
import type { EntryDifference } from './pack/diffPacks.ts';
import type { Body } from './pack/PackNode.ts';

/** What a commit changed of a content, which it turns into the one after it, in place. */
export function differencesOf(commit: Commit, content: Content): EntryDifference[] {
  return commit.changes.flatMap((change): EntryDifference[] => {
    if (!('kind' in change) || !contentKinds.includes(change.kind)) return [];
    const { kind, name } = change;
    const before = (content[kind].get(name) ?? null) as Body;
    evolveContent(content, change);
    const after = change.type === 'entry.put' ? (change.body as unknown as Body) : null;
    return before === null && after === null ? [] : [{ kind, name, before, after }];
  });
}
