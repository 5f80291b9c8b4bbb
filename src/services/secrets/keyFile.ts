import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import { SlothError } from '../../errors/SlothError.ts';

const BYTES = 32;

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
  if (key.length !== BYTES) {
    throw new SlothError('secret.no_key', {
      path,
      reason: `it holds ${key.length} bytes, not ${BYTES}`,
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
