import { type Commit, canonicalBody } from '../model/commit.ts';
import { sha256 } from './sha256.ts';

/** The first place where a log is not what it was. */
export interface LogBreak {
  readonly serial: number;
  readonly reason: string;
}

/** The newest commit before a log begins: none for a whole one. */
export interface LogStart {
  readonly serial: number;
  readonly hash: string;
}

export type LogVerdict =
  | { readonly ok: true; readonly commits: number; readonly hash: string }
  | { readonly ok: false; readonly broken: LogBreak };

/**
 * Recomputes the hash chain of a log.
 *
 * In: its commits from the first on, oldest first, and optionally the hash that the head claims; of a
 * compacted log, the commit after which it begins. Out: the number of commits and the newest hash, or
 * the first break. Proves that no commit was changed, left out, put in or reordered since; cutting off
 * the newest ones is only seen against a hash kept elsewhere (or the head's). That older ones were
 * removed on purpose is itself recorded in a commit, with the hash that they ended with.
 */
export function verifyLog(
  commits: Iterable<Commit>,
  claimed?: string,
  start: LogStart = { serial: 0, hash: '' },
): LogVerdict {
  let { hash: parent, serial } = start;
  let recorded: LogStart = { serial: 0, hash: '' };
  for (const commit of commits) {
    recorded = cutIn(commit) ?? recorded;
    const reason = findFault(commit, serial + 1, parent);
    if (reason !== undefined) return { ok: false, broken: { serial: commit.serial, reason } };
    serial = commit.serial;
    parent = commit.hash;
  }
  if (claimed !== undefined && claimed !== parent) {
    const reason = 'the log ends before the commit that the stack names as its newest';
    return { ok: false, broken: { serial: serial + 1, reason } };
  }
  if (start.serial > 0 && (recorded.serial !== start.serial || recorded.hash !== start.hash)) {
    const reason = 'no commit records that the ones before it were removed';
    return { ok: false, broken: { serial: start.serial + 1, reason } };
  }
  return { ok: true, commits: serial - start.serial, hash: parent };
}

/** Where a commit says that the log begins from now on. */
function cutIn({ changes }: Commit): LogStart | undefined {
  for (const change of changes) {
    if (change.type === 'entry.put' && change.kind === 'cut') return change.body;
  }
  return undefined;
}

function findFault(commit: Commit, serial: number, parent: string): string | undefined {
  if (commit.serial !== serial) return `serial ${serial} is missing`;
  if (commit.parent !== parent) return 'it does not follow from the commit before';
  if (commit.hash !== sha256(parent + canonicalBody(commit))) return 'its content was altered';
  return undefined;
}
