import type { Commit } from '../model/commit.ts';
import { type Content, emptyContent, evolveContent } from '../model/content.ts';
import { evolveHead } from '../model/evolveHead.ts';
import { emptyHead, type Head } from '../model/head.ts';

/** What a log says a stack is. */
export interface FoldedLog {
  readonly head: Head;
  readonly content: Content;
}

/**
 * What a log says a stack is: the truth that every projection is compared with. A compacted log begins
 * with what its removed commits gave; that content is changed in place.
 */
export function foldLog(
  lineage: string,
  commits: readonly Commit[],
  start: FoldedLog = { head: emptyHead(lineage), content: emptyContent() },
): FoldedLog {
  for (const commit of commits) {
    for (const change of commit.changes) evolveContent(start.content, change);
  }
  return { head: commits.reduce(evolveHead, start.head), content: start.content };
}
