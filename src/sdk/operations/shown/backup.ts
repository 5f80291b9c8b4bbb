import type { Backup, BackupReason } from '../../../backend/BackupStore.ts';
import type { StackThenAndNow } from '../../../engine/backups/restoreBackup.ts';
import { timeOf } from './timeOf.ts';

/** A copy of a whole store, as whoever asks is told of it. */
export interface ShownBackup {
  readonly name: string;
  readonly path: string;
  readonly reason: BackupReason;
  readonly created_at: string;
  /** Bytes. */
  readonly size: number;
}

/** The serials of a stack now and in a backup; `null` where it is not there. */
export interface ShownSetBack {
  readonly stack: string;
  readonly now: number | null;
  readonly backed_up: number | null;
}

export function shownBackup({ name, path, reason, createdAt, size }: Backup): ShownBackup {
  return { name, path, reason, created_at: timeOf(createdAt), size };
}

export function shownSetBack({ stack, now, backedUp }: StackThenAndNow): ShownSetBack {
  return { stack, now, backed_up: backedUp };
}
