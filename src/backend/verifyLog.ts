import { type Commit, canonicalBody } from '../model/commit.ts';
import { sha256 } from './sha256.ts';

/** The first place where a log is not what it was. */
export interface LogBreak {
  readonly serial: number;
  readonly reason: string;
}

export type LogVerdict =
  | { readonly ok: true; readonly commits: number; readonly hash: string }
  | { readonly ok: false; readonly broken: LogBreak };

/**
 * Recomputes the hash chain of a log.
 *
 * In: its commits from the first on, oldest first, and optionally the hash that the head claims.
 * Out: the number of commits and the newest hash, or the first break. Proves that no commit was
 * changed, left out, put in or reordered since; cutting off the newest ones is only seen against a
 * hash kept elsewhere (or the head's).
 */
export function verifyLog(commits: Iterable<Commit>, claimed?: string): LogVerdict {
  let parent = '';
  let serial = 0;
  for (const commit of commits) {
    const reason = findFault(commit, serial + 1, parent);
    if (reason !== undefined) return { ok: false, broken: { serial: commit.serial, reason } };
    serial = commit.serial;
    parent = commit.hash;
  }
  if (claimed !== undefined && claimed !== parent) {
    const reason = 'the log ends before the commit that the stack names as its newest';
    return { ok: false, broken: { serial: serial + 1, reason } };
  }
  return { ok: true, commits: serial, hash: parent };
}

function findFault(commit: Commit, serial: number, parent: string): string | undefined {
  if (commit.serial !== serial) return `serial ${serial} is missing`;
  if (commit.parent !== parent) return 'it does not follow from the commit before';
  if (commit.hash !== sha256(parent + canonicalBody(commit))) return 'its content was altered';
  return undefined;
}
