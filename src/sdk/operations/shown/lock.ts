import type { Head } from '../../../model/head.ts';
import type { Lock, LockCondition } from '../../../model/lock.ts';
import { timeOf } from './timeOf.ts';

/** A lock, as whoever asks is told of it. */
export interface ShownLock {
  /** Whoever can show it is the holder. */
  readonly id: string;
  readonly locked_by: string;
  readonly locked_at: string;
  readonly expires_at: string;
  readonly operation: string;
  readonly reason: string;
  /** The serial of the commit that took it. */
  readonly fence: number;
}

/** A stack's lock, with what can be known of its holder. */
export interface ShownLockStatus {
  readonly stack: string;
  /** Whether somebody holds it, also beyond its time. */
  readonly locked: boolean;
  readonly condition: LockCondition;
  readonly lock: ShownLock | null;
  readonly waiters: { by: string; since: string }[];
  /** By the store's clock. */
  readonly now: string;
}

export function shownLock(lock: Lock): ShownLock {
  return {
    id: lock.id,
    locked_by: lock.lockedBy,
    locked_at: timeOf(lock.lockedAt),
    expires_at: timeOf(lock.expiresAt),
    operation: lock.operation,
    reason: lock.reason,
    fence: lock.fence,
  };
}

/** The lock of a stack at a moment of the store's clock, in epoch milliseconds. */
export function shownLockStatus(
  { name, lock, waiters }: Pick<Head, 'name' | 'lock' | 'waiters'>,
  condition: LockCondition,
  now: number,
): ShownLockStatus {
  return {
    stack: name,
    locked: condition === 'held' || condition === 'overdue',
    condition,
    lock: lock === null ? null : shownLock(lock),
    waiters: waiters.map(({ by, since }) => ({ by, since: timeOf(since) })),
    now: timeOf(now),
  };
}
