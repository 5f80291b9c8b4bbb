import type { Commit } from '../model/commit.ts';
import { type Content, foldContent } from '../model/content.ts';
import { evolveHead } from '../model/evolveHead.ts';
import { emptyHead, type Head } from '../model/head.ts';

/** What a log says a stack is: the truth that every projection is compared with. */
export function foldLog(
  lineage: string,
  commits: readonly Commit[],
): { readonly head: Head; readonly content: Content } {
  return { head: commits.reduce(evolveHead, emptyHead(lineage)), content: foldContent(commits) };
}
