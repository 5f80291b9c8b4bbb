import { SlothError } from '../errors/SlothError.ts';
import type { Change } from '../model/change.ts';
import { type Event, event } from '../model/event.ts';
import type { Head } from '../model/head.ts';
import { endOfLease, isLockHeld, type Lock } from '../model/lock.ts';
import type { ProbeLiveness } from '../model/processIdentity.ts';
import { holderDetails } from './holderDetails.ts';

/** On whose behalf a stack is changed. */
export interface WriteAuthority {
  /** The lock ids that the writer can show: its run's, those remembered for its user, one handed on. */
  readonly lockIds: ReadonlySet<string>;
  /** The execution it belongs to; `null` outside of one. */
  readonly execution: string | null;
  /** The fencing token it acted under so far; `null` when it held no lock. */
  readonly fence: number | null;
}

/** The token to carry, and what the writer must record because it found a lock that had ended. */
export interface WritePermit {
  readonly fence: number | null;
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
}

/**
 * Decides whether a writer may change a stack now.
 *
 * The scenario that must not happen: a holder is suspended, its lease ends, another takes the lock,
 * the first wakes and writes. Its token (or its execution, closed by whoever took over) gives it
 * away, and it is refused with `lock.lost`. Someone without the lock is refused with `stack.locked`
 * while it is held; a lock that has ended is cleared on the way, with a `lock.expired` event.
 */
export function guardWrite(
  head: Head,
  authority: WriteAuthority,
  now: number,
  probe: ProbeLiveness,
): WritePermit {
  const { lock } = head;
  refuseLostExecution(head, authority);
  if (lock === null) {
    if (authority.fence !== null) throw lost(head, null);
    return { fence: null, changes: [], events: [] };
  }
  if (authority.lockIds.has(lock.id)) {
    if (authority.fence !== null && authority.fence !== lock.fence) throw lost(head, lock);
    return { fence: lock.fence, changes: [], events: [] };
  }
  if (authority.fence !== null) throw lost(head, lock);
  if (isLockHeld(head, now, probe))
    throw new SlothError('stack.locked', holderDetails(head.name, lock));
  const at = endOfLease(lock, now, probe, undefined);
  return {
    fence: null,
    changes: [{ type: 'lock.delete', at }],
    events: [lockExpired(head.name, lock, at)],
  };
}

/** The fact that a lock ended without being released, and when it did, in epoch milliseconds. */
export function lockExpired(stack: string, lock: Lock, endedAt: number): Event {
  return event('lock.expired', 'lock', `lock of ${lock.lockedBy} on stack '${stack}' expired`, {
    lockedBy: lock.lockedBy,
    lockedAt: lock.lockedAt,
    fence: lock.fence,
    endedAt,
  });
}

function refuseLostExecution(head: Head, authority: WriteAuthority): void {
  if (authority.execution === null) return;
  if (!head.open.some((each) => each.id === authority.execution)) throw lost(head, head.lock);
}

function lost(head: Head, lock: Lock | null): SlothError {
  return new SlothError('lock.lost', { stack: head.name, by: lock?.lockedBy ?? '' });
}
