import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Backup, BackupReason } from '../../backend/BackupStore.ts';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { assertIntegrity } from './assertIntegrity.ts';
import { openDatabaseReadOnly } from './openDatabase.ts';
import type { Database } from './sqlite.ts';

/** How many backups that were made by themselves are kept, of each reason. */
const KEPT = 7;

const reasons: readonly BackupReason[] = ['daily', 'migration', 'restore', 'manual'];

/** The folder of a database's backups, beside it. */
export function backupFolder(path: string): string {
  return join(dirname(path), 'backups');
}

/**
 * Copies the open database, consistently and while others write: into its backup folder, where it
 * then drops the oldest beyond seven that were made for the same reason (never those made by hand),
 * or to a target. The copy appears under its name only when it is whole and on the disk: a kill leaves
 * at most a `.partial` file, which a later backup removes.
 */
export function backUp(
  database: Database,
  path: string,
  reason: BackupReason,
  { now, reach, target }: { now: number; reach: ReachCrashPoint; target?: string },
): Backup {
  const folder = target === undefined ? backupFolder(path) : dirname(target);
  const copy = target ?? join(folder, backupName(path, reason, now));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = partialName(copy);
  removePartials(backupFolder(path), basename(path));
  if (target !== undefined && existsSync(target)) {
    throw new SlothError('backup.exists', { path: target });
  }
  try {
    // Empty and for its owner only: the copy is never readable by others, not even half of it.
    closeSync(openSync(partial, 'wx', 0o600));
    database.prepare('VACUUM INTO ?').run(partial);
    assertWhole(partial);
    reach('backup.copied');
    syncFile(partial);
    renameSync(partial, copy);
  } finally {
    rmSync(partial, { force: true });
  }
  syncFile(folder);
  reach('backup.renamed');
  if (reason !== 'manual') {
    for (const old of toDrop(path, reason, now)) rmSync(join(folder, old), { force: true });
  }
  return describe(copy, basename(copy), reason);
}

/** A copy that nobody has looked at is a hope: SQLite reads it back whole, or there is no backup. */
function assertWhole(path: string): void {
  const copy = openDatabaseReadOnly(path);
  try {
    assertIntegrity(copy, path);
  } finally {
    copy.close();
  }
}

/**
 * The oldest beyond those that are kept. One that a clock far ahead has dated goes first: it would
 * otherwise be the newest for years, and keep the place of those that are.
 */
function toDrop(path: string, reason: BackupReason, now: number): string[] {
  const names = namesOf(path, reason);
  const today = backupName(path, reason, now);
  const isAhead = (name: string): boolean => name > today;
  return [...names.filter((name) => !isAhead(name)), ...names.filter(isAhead)].slice(KEPT);
}

/** The name of a copy that is not whole yet; it says whose it is, so that leftovers can be told. */
export function partialName(path: string): string {
  return `${path}.${process.pid}.partial`;
}

/** Whether no daily backup was made on the (UTC) day of `now`. */
export function needsDailyBackup(path: string, now: number): boolean {
  return !namesOf(path, 'daily').includes(backupName(path, 'daily', now));
}

/** The whole backups beside a database, newest first. */
export function listBackups(path: string): Backup[] {
  return reasons
    .flatMap((reason) =>
      namesOf(path, reason).map((name) => describe(join(backupFolder(path), name), name, reason)),
    )
    .sort((a, b) => b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1));
}

function describe(path: string, name: string, reason: BackupReason): Backup {
  const { mtimeMs, size } = statSync(path);
  return { name, path, reason, createdAt: Math.round(mtimeMs), size };
}

function backupName(path: string, reason: BackupReason, now: number): string {
  const stamp = new Date(now).toISOString();
  // Two in the same second are two backups, where somebody asked for them.
  const when =
    reason === 'daily' ? stamp.slice(0, 10) : stamp.slice(0, 23).replaceAll(/[:.]/g, '-');
  return `${basename(path)}.${reason}.${when}`;
}

/** Names of the whole backups of one reason, newest first. */
function namesOf(path: string, reason: BackupReason): string[] {
  const prefix = `${basename(path)}.${reason}.`;
  return list(backupFolder(path))
    .filter((name) => name.startsWith(prefix) && !leftover.test(name))
    .sort()
    .toReversed();
}

const leftover = /\.(\d+)\.partial(-wal|-shm|-journal)?$/;

function removePartials(folder: string, database: string): void {
  for (const name of list(folder)) {
    const pid = leftover.exec(name)?.[1];
    if (!name.startsWith(`${database}.`) || pid === undefined || isRunning(Number(pid))) continue;
    rmSync(join(folder, name), { force: true });
  }
}

/** Whether a process is there that may still be copying; one that can't be signalled is there. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
