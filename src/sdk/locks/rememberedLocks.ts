import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';

/** The ids of the locks that this user took by hand on this machine. */
export interface RememberedLocks {
  /** Ids remembered for a stack, and one handed on through the environment. */
  ids(lineage: string): ReadonlySet<string>;
  remember(lineage: string, id: string): void;
  forget(lineage: string, id: string): void;
}

/**
 * Remembers lock ids as empty files, one per lock: `<folder>/<lineage>.<id>`.
 *
 * Several processes may try for one lock at the same time, and each remembers its id before it
 * tries, so that a kill after the lock was taken leaves no lock that its owner can't use. One file
 * for a stack would let the losers overwrite the winner's id, or act under it.
 */
export function createRememberedLocks(
  folder: string,
  handedOn: string | undefined,
): RememberedLocks {
  return {
    ids(lineage) {
      const prefix = `${lineage}.`;
      const ids = list(folder)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
      return new Set(handedOn ? [...ids, handedOn] : ids);
    },
    remember(lineage, id) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(join(folder, `${lineage}.${id}`), '', { mode: 0o600 });
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new SlothError('lock.not_remembered', { folder, reason }, { cause });
      }
    },
    forget(lineage, id) {
      rmSync(join(folder, `${lineage}.${id}`), { force: true });
    },
  };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Of a home that this user can't look into, none of the locks is this user's.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return [];
    throw error;
  }
}
