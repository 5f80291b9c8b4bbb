import { busy } from '../../backend/busy.ts';
import type { Decision, Situation } from '../../backend/Command.ts';
import { lockExpired } from '../../backend/guardWrite.ts';
import { holderDetails } from '../../backend/holderDetails.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Change } from '../../model/change.ts';
import { type Event, event } from '../../model/event.ts';
import type { Head } from '../../model/head.ts';
import { endOfLease, isHeld, isLockHeld, type Lock, type Waiter } from '../../model/lock.ts';
import type { ProbeLiveness, ProcessIdentity } from '../../model/processIdentity.ts';

/** A wish for a stack's lock. */
export interface AcquireRequest {
  /** The id the lock will have; asking again with the id of the lock that is held renews it. */
  readonly id: string;
  readonly lockedBy: string;
  readonly operation: string;
  readonly reason: string;
  /** Milliseconds that the lease lives without renewal. */
  readonly ttl: number;
  /** The process whose death ends the lock at once; `null` for a lock taken by hand. */
  readonly process: ProcessIdentity | null;
  /** How to stand in line when the lock is not to be had; `null` to be refused instead. */
  readonly queue: { readonly process: ProcessIdentity; readonly ttl: number } | null;
}

export type AcquireResult =
  | { readonly status: 'acquired'; readonly lock: Lock; readonly renewed: boolean }
  /** `position` counts from 1; `holder` is `null` when the ones before are waiting for a free lock. */
  | { readonly status: 'queued'; readonly position: number; readonly holder: Lock | null };

/**
 * Takes, renews or queues for a lock. First come, first served: a free lock goes to the first in
 * line who still lives, never to a newcomer. Refuses with `stack.locked`, `stack.busy` or
 * `lock.queued` where the request doesn't queue.
 */
export function decideAcquire(
  situation: Situation,
  request: AcquireRequest,
  probe: ProbeLiveness,
): Decision<AcquireResult> {
  const { head, now } = situation;
  const { lock } = head;
  const held = isLockHeld(head, now, probe);
  if (held && lock !== null && lock.id === request.id) return renew(situation, lock, request);
  const living = head.waiters.filter((each) => isHeld(each, now, probe));
  const gone = head.waiters.filter((each) => !living.includes(each)).map(removeWaiter);
  const ahead = aheadOf(living, request.id);
  if (held || ahead.length > 0 || runsUnlocked(head, now, probe)) {
    if (request.queue === null) throw refusal(head, held ? lock : null, ahead);
    return queueUp(situation, request, living, gone, held ? lock : null);
  }
  return take(situation, request, gone, probe);
}

function take(
  situation: Situation,
  request: AcquireRequest,
  gone: readonly Change[],
  probe: ProbeLiveness,
): Decision<AcquireResult> {
  const { head, now, serial } = situation;
  const { id, lockedBy, operation, reason, process } = request;
  const lock: Lock = {
    id,
    lockedBy,
    lockedAt: now,
    operation,
    reason,
    process,
    expiresAt: now + request.ttl,
    fence: serial,
  };
  const waited = head.waiters.filter((each) => each.id === id).map(removeWaiter);
  const expired =
    head.lock === null
      ? []
      : [lockExpired(head.name, head.lock, endOfLease(head.lock, now, probe, undefined))];
  return {
    result: { status: 'acquired', lock, renewed: false },
    fence: serial,
    changes: [...gone, ...waited, { type: 'lock.put', lock }],
    events: [...expired, acquired(head.name, lock)],
  };
}

function renew(situation: Situation, held: Lock, request: AcquireRequest): Decision<AcquireResult> {
  const lock: Lock = {
    ...held,
    operation: request.operation || held.operation,
    reason: request.reason || held.reason,
    expiresAt: Math.max(held.expiresAt, situation.now + request.ttl),
  };
  return {
    result: { status: 'acquired', lock, renewed: true },
    fence: held.fence,
    changes: [{ type: 'lock.put', lock }],
    events: [],
  };
}

function queueUp(
  situation: Situation,
  request: AcquireRequest,
  living: readonly Waiter[],
  gone: readonly Change[],
  holder: Lock | null,
): Decision<AcquireResult> {
  const { head, now } = situation;
  const mine = living.find((each) => each.id === request.id);
  const position = aheadOf(living, request.id).length + 1;
  const result: AcquireResult = { status: 'queued', position, holder };
  const { process, ttl } = request.queue ?? { process: null, ttl: 0 };
  if (mine !== undefined && mine.expiresAt - now > ttl / 2) {
    return { result, changes: gone, events: [] };
  }
  const { id, lockedBy } = request;
  const since = mine?.since ?? now;
  const waiter: Waiter = { id, by: lockedBy, since, process, expiresAt: now + ttl };
  const told = `${lockedBy} waits for the lock of stack '${head.name}'`;
  return {
    result,
    changes: [...gone, { type: 'waiter.put', waiter }],
    events: mine === undefined ? [event('lock.queued', 'lock', told, { by: lockedBy })] : [],
  };
}

/** A run that opted out of locking still writes; a lock beside it would protect nothing. */
function runsUnlocked(head: Head, now: number, probe: ProbeLiveness): boolean {
  return head.lock === null && head.open.some((each) => isHeld(each, now, probe));
}

function aheadOf(living: readonly Waiter[], id: string): readonly Waiter[] {
  const place = living.findIndex((each) => each.id === id);
  return place === -1 ? living : living.slice(0, place);
}

function removeWaiter(waiter: Waiter): Change {
  return { type: 'waiter.delete', id: waiter.id };
}

function acquired(stack: string, lock: Lock): Event {
  const { lockedBy, operation, reason, fence, expiresAt } = lock;
  const message = `lock on stack '${stack}' acquired by ${lockedBy}`;
  return event('lock.acquired', 'lock', message, { lockedBy, operation, reason, fence, expiresAt });
}

function refusal(head: Head, holder: Lock | null, ahead: readonly Waiter[]): SlothError {
  if (holder !== null) return new SlothError('stack.locked', holderDetails(head.name, holder));
  const [first] = ahead;
  if (first !== undefined) {
    const details = { stack: head.name, waiting: ahead.length, first: first.by };
    return new SlothError('lock.queued', details);
  }
  return busy(head);
}
