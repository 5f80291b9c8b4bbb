import type { StateBackend } from '../../backend/StateBackend.ts';
import type { Commit } from '../../model/commit.ts';
import { type Content, emptyContent, evolveContent } from '../../model/content.ts';
import { canonicalJson } from '../../model/json.ts';
import { contentKinds } from './contentChanges.ts';

/** Commits read at a time, so that folding a long log never holds all of it in memory. */
const PAGE = 1000;

/** The content of a stack as it was at a serial: the fold of its log up to there. */
export async function contentAt(
  backend: StateBackend,
  lineage: string,
  serial: number,
): Promise<Content> {
  const content = emptyContent();
  let after = 0;
  while (after < serial) {
    const page = await backend.commits(lineage, { after, upTo: serial, limit: PAGE });
    for (const commit of page) applyAll(content, commit);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.serial;
  }
  return content;
}

/** The size of a content in bytes: its canonical JSON as UTF-8. */
export function contentSize(content: Content): number {
  let bytes = 0;
  for (const kind of contentKinds) {
    for (const [name, body] of content[kind]) {
      bytes += Buffer.byteLength(canonicalJson({ kind, name, body }));
    }
  }
  return bytes;
}

function applyAll(content: Content, commit: Commit): void {
  for (const change of commit.changes) evolveContent(content, change);
}
