import * as v from 'valibot';
import { described } from './described.ts';
import { path } from './inputs.ts';
import { count, time } from './outputs.ts';

/** Which backup, as an input: what can be said of one that is there. */
export const backupName = described(path, 'its name, latest, or a file', 'BACKUP', 'file');

export const backupSchema = v.strictObject({
  /** As the list shows it. */
  name: v.string(),
  path: v.string(),
  /** What it was made for; those made by hand are never dropped. */
  reason: v.picklist(['daily', 'migration', 'restore', 'manual']),
  created_at: time,
  /** Bytes. */
  size: count,
});

/** The serials of a stack now and in a backup; `null` where it is not there. */
export const setBackSchema = v.strictObject({
  stack: v.string(),
  now: v.nullable(count),
  backed_up: v.nullable(count),
});

/** What may come of opening a backup. */
export const stagingErrors = [
  'backup.not_found',
  'backup.unsupported',
  'backend.corrupt',
  'backend.disk_full',
  'backend.failed',
  'backend.newer',
  'backend.not_a_database',
  'backend.unreadable',
] as const;
