import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { Database } from './sqlite.ts';

/** How many backups of each sort are kept. */
const KEPT = 7;

/** What a backup is made for: `daily`, or `migration` before the schema changes. */
export type BackupSort = 'daily' | 'migration';

/** The folder of a database's backups, beside it. */
export function backupFolder(path: string): string {
  return join(dirname(path), 'backups');
}

/**
 * Copies the open database into its backup folder, consistently and while others write, then drops
 * the oldest beyond seven of this sort. The copy appears under its name only when it is whole and on the
 * disk: a kill leaves at most a `.partial` file, which a later backup removes.
 */
export function backUp(
  database: Database,
  path: string,
  sort: BackupSort,
  now: number,
  reach: ReachCrashPoint,
): string {
  const folder = backupFolder(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, backupName(path, sort, now));
  const partial = `${target}.${process.pid}.partial`;
  removePartials(folder, basename(path));
  database.prepare('VACUUM INTO ?').run(partial);
  reach('backup.copied');
  syncFile(partial);
  renameSync(partial, target);
  syncFile(folder);
  reach('backup.renamed');
  for (const old of existing(path, sort).slice(KEPT)) rmSync(join(folder, old), { force: true });
  return target;
}

/** Whether no daily backup was made on the (UTC) day of `now`. */
export function needsDailyBackup(path: string, now: number): boolean {
  return !existing(path, 'daily').includes(backupName(path, 'daily', now));
}

function backupName(path: string, sort: BackupSort, now: number): string {
  const stamp = new Date(now).toISOString();
  const when = sort === 'daily' ? stamp.slice(0, 10) : stamp.slice(0, 19).replaceAll(':', '-');
  return `${basename(path)}.${sort}.${when}`;
}

/** Names of the whole backups of one sort, newest first. */
function existing(path: string, sort: BackupSort): string[] {
  const prefix = `${basename(path)}.${sort}.`;
  return list(backupFolder(path))
    .filter((name) => name.startsWith(prefix) && !name.endsWith('.partial'))
    .sort()
    .toReversed();
}

function removePartials(folder: string, database: string): void {
  for (const name of list(folder)) {
    const pid = /\.(\d+)\.partial$/.exec(name)?.[1];
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
