import type { StateBackend } from '../backend/StateBackend.ts';
import { type LogVerdict, verifyLog } from '../backend/verifyLog.ts';
import { appendAll } from '../model/appendAll.ts';
import type { Commit } from '../model/commit.ts';
import type { Head } from '../model/head.ts';
import { cutOf } from './compactLog.ts';

/** Commits read at a time. */
const PAGE = 1000;

/** What recomputing a stack's log gave; `compacted` is the serial after which it begins. */
export type StackLogVerdict = LogVerdict & { readonly compacted: number };

/** Recomputes the whole log of a stack, up to a head that was read before. */
export async function verifyStackLog(
  backend: StateBackend,
  { lineage, serial, hash }: Head,
): Promise<StackLogVerdict> {
  const cut = await cutOf({ backend }, lineage);
  const commits: Commit[] = [];
  for (let after = cut?.serial ?? 0; ; ) {
    const page = await backend.commits(lineage, { after, upTo: serial, limit: PAGE });
    appendAll(commits, page);
    const last = page.at(-1);
    if (last === undefined || last.serial <= after) break;
    after = last.serial;
  }
  return { ...verifyLog(commits, hash, cut), compacted: cut?.serial ?? 0 };
}
