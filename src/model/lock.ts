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
 * Whether a lease still holds.
 *
 * A holder whose process is known dead on this host loses it at once: nobody should wait an hour
 * for a process that was killed. A holder on another host (`unknown`) keeps it until it expires.
 * A living process whose lease expired (a suspended laptop) has lost it: its clock may have stood
 * still while others waited, and the fencing token keeps it from writing when it wakes.
 */
export function leaseState(lease: Lease, now: number, probe: ProbeLiveness): LeaseState {
  if (lease.process !== null && probe(lease.process) === 'dead') return 'holder_dead';
  return now >= lease.expiresAt ? 'expired' : 'held';
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
