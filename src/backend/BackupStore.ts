import type { Head } from '../model/head.ts';
import type { Chunk } from './Chunk.ts';

/** What a copy was made for. Copies made by hand are never dropped by the store. */
export type BackupReason = 'daily' | 'migration' | 'restore' | 'manual';

/** A copy of a whole store. */
export interface Backup {
  /** As `list` shows it. */
  readonly name: string;
  readonly path: string;
  readonly reason: BackupReason;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * A private copy of a backup, brought to this program's schema: what is verified is what is put
 * back, and the backup itself is only read.
 */
export interface StagedBackup<View> {
  /** The copy, to look at. */
  readonly view: View;
  /** Every chunk it holds. */
  readonly chunks: () => Iterable<Chunk>;
  /**
   * Replaces all that the store holds by the copy, in one transaction. `permit` is given the heads
   * of that moment and refuses by throwing; then nothing has changed. A kill leaves the one or the
   * other. Other processes keep their connections: an append of theirs that follows from a commit
   * which is gone is a `conflict`.
   */
  readonly restore: (permit: (heads: readonly Head[]) => void) => Promise<void>;
  /** Removes the copy. */
  readonly close: () => Promise<void>;
}

/** Copies of a whole store, for a store that has no tools of its own for that. */
export interface BackupStore<View> {
  /** Why the store itself can't be opened; empty where it can. Such a one is put aside by a restore. */
  readonly damage: () => string;
  /**
   * Copies the store as it is at one moment, while others read and write. With a target, there;
   * otherwise beside the store. Rejects with `backup.exists` where the target is taken.
   */
  create(reason: BackupReason, target?: string): Promise<Backup>;
  /** The copies beside the store, newest first. */
  list(): Promise<readonly Backup[]>;
  /** Rejects with `backend.corrupt` or `backend.not_a_database` where it can't be read. */
  stage(path: string): Promise<StagedBackup<View>>;
}
