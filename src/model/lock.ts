import type { ProbeLiveness, ProcessIdentity } from './processIdentity.ts';

/**
 * The lease behind a lock. It is over when it expires by the backend's clock, or at once when the
 * process that holds it is dead on this host. A lock taken by hand has no process: the command that
 * took it ended long ago, only its expiry counts.
 */
export interface Lease {
  /** Epoch milliseconds by the backend's clock. */
  readonly expiresAt: number;
  readonly process: ProcessIdentity | null;
}

/** What users see as the lock of a stack. */
export interface Lock extends Lease {
  /** Random; whoever can show it is the holder. Re-acquiring with it succeeds. */
  readonly id: string;
  readonly lockedBy: string;
  readonly lockedAt: number;
  readonly operation: string;
  readonly reason: string;
  /** The serial of the commit that took it; every later commit of its holder carries it. */
  readonly fence: number;
}

/** Someone standing in line for the lock, in order of arrival. Its lease is renewed while it waits. */
export interface Waiter extends Lease {
  readonly id: string;
  readonly by: string;
  readonly since: number;
}

/** An execution that has started and not ended. Its lease tells a crash from a long task. */
export interface OpenExecution extends Lease {
  readonly id: string;
  readonly by: string;
  readonly startedAt: number;
  readonly process: ProcessIdentity;
}

export type LeaseState = 'held' | 'expired' | 'holder_dead';

/**
 * Whether a lease still holds. What can be seen comes before what a clock says.
 *
 * A holder whose process is known dead on this host loses it at once: nobody should wait an hour
 * for a process that was killed. One that is seen alive keeps it, whatever the time: a clock that steps
 * forward, a computation that takes long, a laptop that slept have let second writers in. One that was
 * stopped by a signal may stay so for ever, so its lease decides, like that of a holder on another
 * host (`unknown`); whoever takes over from it ends it first, lest it wakes and works on.
 */
export function leaseState(lease: Lease, now: number, probe: ProbeLiveness): LeaseState {
  const liveness = lease.process === null ? 'unknown' : probe(lease.process);
  if (liveness === 'dead') return 'holder_dead';
  return liveness === 'alive' || now < lease.expiresAt ? 'held' : 'expired';
}

/**
 * Whether the lock of a stack still holds. One that was taken by hand has no process; while a run works
 * under it, it lives as long as the run does.
 */
export function isLockHeld(
  { lock, open }: { readonly lock: Lock | null; readonly open: readonly OpenExecution[] },
  now: number,
  probe: ProbeLiveness,
): boolean {
  if (lock === null) return false;
  if (isHeld(lock, now, probe)) return true;
  return lock.process === null && open.some((each) => isHeld(each, now, probe));
}

/**
 * What a lock is to those who look: `overdue` is past its end and holds all the same, for its holder still
 * lives; `expired` is there for whoever takes the lock next.
 */
export type LockCondition = 'unlocked' | 'held' | 'overdue' | 'expired';

/** What a stack's lock is to those who look, by the backend's time in epoch milliseconds. */
export function lockCondition(
  head: { readonly lock: Lock | null; readonly open: readonly OpenExecution[] },
  now: number,
  probe: ProbeLiveness,
): LockCondition {
  if (head.lock === null) return 'unlocked';
  if (!isLockHeld(head, now, probe)) return 'expired';
  return now < head.lock.expiresAt ? 'held' : 'overdue';
}

/** Whether a lease still holds; see `leaseState`. */
export function isHeld(lease: Lease, now: number, probe: ProbeLiveness): boolean {
  return leaseState(lease, now, probe) === 'held';
}

/**
 * When a lease that no longer holds ended, in epoch milliseconds: when it ran out, or for a dead holder
 * when it was last heard of, which is the last that is known of it. Not when somebody noticed: a run that
 * was killed on Friday did not work until Monday.
 */
export function endOfLease(
  lease: Lease,
  now: number,
  probe: ProbeLiveness,
  lastSeen: number | undefined,
): number {
  const isDead = leaseState(lease, now, probe) === 'holder_dead';
  return Math.min(now, lease.expiresAt, isDead ? (lastSeen ?? now) : now);
}
