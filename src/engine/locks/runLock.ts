import { refuseWhileBusy } from '../../backend/busy.ts';
import type { WriteAuthority } from '../../backend/guardWrite.ts';
import type { Head } from '../../model/head.ts';
import { decideRelease } from '../../services/locks/decideRelease.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { acquireLock } from './acquireLock.ts';
import { refuseInside } from './refuseInside.ts';

/** The lock that a run, or a fix of drift, works under. */
export interface RunLock {
  readonly authority: Omit<WriteAuthority, 'execution'>;
  /** The id of the lock itself; `null` for a run without one. */
  readonly id: string | null;
  /** Whether the run took it and gives it back; a lock taken by hand outlives the run. */
  readonly own: boolean;
  /** When a lock taken by hand ends, in epoch milliseconds; `null` for one of its own, or none. */
  readonly until: number | null;
}

/**
 * Gets the lock for an operation: the one its user took by hand on this stack, else one of its own, bound
 * to this process. Without locking, the run has no token, and is refused where somebody holds one.
 */
export async function takeRunLock(
  context: EngineContext,
  head: Head,
  wish: {
    readonly required: boolean;
    /** What it is for, as people read it. */
    readonly reason: string;
    readonly operation: string;
    /** Milliseconds; a run renews a short one. */
    readonly ttl: number;
  },
): Promise<RunLock> {
  refuseInside(context, head, 'run');
  const remembered = context.locks.ids(head.lineage);
  if (head.lock !== null && remembered.has(head.lock.id)) {
    // One user may hold the lock in two terminals; two runs at once would still be two writers.
    refuseWhileBusy(head);
    const { id, fence, expiresAt: until } = head.lock;
    return { authority: { lockIds: remembered, fence }, id, own: false, until };
  }
  if (!wish.required)
    return { authority: { lockIds: remembered, fence: null }, id: null, own: false, until: null };
  const id = context.newId();
  const request = {
    id,
    lockedBy: context.actor,
    operation: wish.operation,
    reason: wish.reason,
    ttl: wish.ttl,
    process: context.self,
  };
  const { lock } = await acquireLock(context, head, request, { wait: 0 });
  context.reach('lock.taken');
  return {
    authority: { lockIds: new Set([id]), fence: lock.fence },
    id,
    own: true,
    until: null,
  };
}

/** Gives back the lock of a run that ends before it began. */
export async function dropRunLock(
  context: EngineContext,
  head: Head,
  lock: RunLock,
): Promise<void> {
  if (!lock.own) return;
  const request = { identity: context.actor, named: false, lockIds: lock.authority.lockIds };
  await context.writer(head.lineage).submit({
    operation: 'lock.release',
    decide: (situation) => decideRelease(situation, request, context.probe),
  });
}
