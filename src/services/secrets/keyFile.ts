import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { KEY_BYTES } from './cipher.ts';

/**
 * Where a rotation keeps the key that is to be the next one, until all is encrypted under it, too. Of two
 * rotations at once each has its own.
 */
export function nextKeyFile(path: string, id: string): string {
  return `${path}.next-${id}`;
}

/** Where a rotation puts the key that it replaces; `id` names the one that takes its place. */
export function putAsideKeyFile(path: string, id: string): string {
  return `${path}.before-${id}`;
}

/** The key in a key file; `undefined` when there is no such file. Refuses one that others can read. */
export function readKeyFile(path: string): Buffer | undefined {
  let key: Buffer;
  try {
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
      const reason = `others may read it (mode ${mode.toString(8)}); make it private: chmod 600`;
      throw new SlothError('secret.no_key', { path, reason });
    }
    key = readFileSync(path);
  } catch (cause) {
    if (cause instanceof SlothError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('secret.no_key', { path, reason }, { cause });
  }
  if (key.length !== KEY_BYTES) {
    throw new SlothError('secret.no_key', {
      path,
      reason: `it holds ${key.length} bytes, not ${KEY_BYTES}`,
    });
  }
  return key;
}

/**
 * Creates a key file and gives the key that is in it then.
 *
 * Written beside, flushed, and linked under its name, which fails where there is one already: of two
 * processes that seal their first value at once, both use the key of the one that came first. The
 * other order would leave values that nobody can decrypt.
 */
export function createKeyFile(path: string, key: Buffer, reach: ReachCrashPoint): Buffer {
  const partial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeDurably(partial, key);
    reach('key.written');
    try {
      linkSync(partial, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    unlinkSync(partial);
    syncFolder(dirname(path));
    reach('key.linked');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('secret.no_key', { path, reason }, { cause });
  }
  return readKeyFile(path) ?? key;
}

/** Writes the key that is to be the next one, under a name of its own. */
export function writeNextKeyFile(path: string, id: string, key: Buffer): void {
  guarded(nextKeyFile(path, id), () => {
    writeDurably(nextKeyFile(path, id), key);
    syncFolder(dirname(path));
  });
}

/** Removes what rotations wrote that never began, because they were killed or another one was faster. */
export function removeNextKeyFiles(path: string): void {
  guarded(path, () => {
    const prefix = basename(nextKeyFile(path, ''));
    for (const name of readdirSync(dirname(path))) {
      if (name.startsWith(prefix)) unlinkSync(join(dirname(path), name));
    }
  });
}

/**
 * Puts the key file aside, and the next one in its place. Done again after a kill, it goes on: at no moment is one
 * of the two nowhere.
 */
export function switchKeyFile(path: string, id: string): void {
  const next = nextKeyFile(path, id);
  guarded(path, () => {
    // Where there is none, it is in its place already.
    if (!existsSync(next)) return;
    putAside(path, id);
    renameSync(next, path);
    syncFolder(dirname(path));
  });
}

/** Puts the key file aside, and nothing in its place; a file that came there meanwhile stays. */
export function retireKeyFile(path: string, id: string): void {
  guarded(path, () => {
    putAside(path, id);
    if (!existsSync(path)) return;
    if (statSync(path).ino === statSync(putAsideKeyFile(path, id)).ino) unlinkSync(path);
    syncFolder(dirname(path));
  });
}

function putAside(path: string, id: string): void {
  const aside = putAsideKeyFile(path, id);
  if (existsSync(path) && !existsSync(aside)) linkSync(path, aside);
}

/** Removes the next key of a rotation that never began. */
export function removeNextKeyFile(path: string, id: string): void {
  guarded(path, () => unlinkSync(nextKeyFile(path, id)));
}

function guarded(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('secret.no_key', { path, reason }, { cause });
  }
}

function writeDurably(path: string, bytes: Buffer): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
