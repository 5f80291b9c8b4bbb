import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import { backupFolder } from './backUp.ts';

/** A file beside a database that says that there was one: a store that has vanished is no new store. */
const markerOf = (path: string): string => `${path}.made`;

/** Failures to write the marker that say nothing about the store. */
const UNWRITABLE: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

/**
 * Refuses, with `backend.emptied`, to begin a store where one was: its file is missing or empty while its
 * marker, its key or its backups lie beside it. The scenario that must not happen: a lost
 * database reads as "0 stacks", a new history begins, and the backups of the old one are dropped.
 */
export function refuseEmptied(path: string, how: 'missing' | 'empty'): void {
  const beside = [markerOf(path), `${path}.key`].find(existsSync);
  // Backups alone may be what somebody kept who removed the store on purpose.
  const witness = beside ?? (how === 'empty' ? backupOf(path) : undefined);
  if (witness !== undefined) throw new SlothError('backend.emptied', { path, how, witness });
}

/** Makes the folder and the empty file of a new database, for its owner's eyes only. */
export function makeStoreFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('backend.unreadable', { path, reason }, { cause });
  }
}

/** Leaves the marker of a store, where it is not there yet. */
export function markStore(path: string, now: number): void {
  const marker = markerOf(path);
  if (existsSync(marker)) return;
  const text = `The database ${basename(path)} lies, or lay, beside this file; it was first seen here at ${new Date(now).toISOString()}.\n`;
  try {
    writeFileSync(marker, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process was faster, or nothing can be written here: then nothing can be lost here either.
    if (code !== 'EEXIST' && !UNWRITABLE.includes(code ?? '')) throw error;
  }
}

/** Which file lies at a path now; another one in its place has another identity. */
export function fileIdentity(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}

function backupOf(path: string): string | undefined {
  const folder = backupFolder(path);
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((each) => each.startsWith(`${basename(path)}.`));
  return name === undefined ? undefined : `${folder}/${name}`;
}
