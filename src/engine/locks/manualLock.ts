import type { Lock } from '../../model/lock.ts';
import { forceReleaseCommand } from '../../services/executions/forceReleaseCommand.ts';
import { decideRelease } from '../../services/locks/decideRelease.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { openOrCreateStack, openStack } from '../stacks/openStack.ts';
import { acquireLock, type WaitOptions } from './acquireLock.ts';
import { refuseInside } from './refuseInside.ts';

/** A lock that a person or a script takes for more than one command. */
export interface ManualLockRequest {
  readonly lockedBy: string;
  readonly operation: string;
  readonly reason: string;
  /** Milliseconds until it expires by itself. */
  readonly ttl: number;
  /** The id to take it under, for a caller that carries one; `null` for a new one. */
  readonly id: string | null;
}

export interface ManualLock {
  readonly lock: Lock;
  readonly stackCreated: boolean;
  /** Whether the lock was held before under the same id. */
  readonly renewed: boolean;
}

/**
 * Takes a lock by hand; a new stack is created for it.
 *
 * The id is remembered before the lock is tried: a kill in between leaves an id that opens nothing,
 * whereas the other order could leave a lock that its owner can't use.
 */
export async function acquireManualLock(
  context: EngineContext,
  name: string,
  request: ManualLockRequest,
  options: WaitOptions,
): Promise<ManualLock> {
  const { head, created } = await openOrCreateStack(context, name);
  refuseInside(context, head, 'lock');
  const id = request.id ?? context.newId();
  if (request.id === null) context.locks.remember(head.lineage, id);
  context.reach('lock.remembered');
  try {
    const { lockedBy, operation, reason, ttl } = request;
    const wish = { id, lockedBy, operation, reason, ttl, process: null };
    const acquired = await acquireLock(context, head, wish, options);
    context.reach('lock.taken');
    return { ...acquired, stackCreated: created };
  } catch (error) {
    if (request.id === null) context.locks.forget(head.lineage, id);
    throw error;
  }
}

/** Gives a lock back. `unlockedBy` where it was named on purpose. Results in the lock that was. */
export async function releaseLock(
  context: EngineContext,
  name: string,
  unlockedBy: string | undefined,
): Promise<Lock> {
  const head = await openStack(context, name);
  refuseInside(context, head, 'lock');
  const lockIds = context.locks.ids(head.lineage);
  const identity = unlockedBy ?? context.actor;
  const request = { identity, named: unlockedBy !== undefined, lockIds };
  const lock = await context.writer(head.lineage).submit({
    operation: 'lock.release',
    decide: (situation) => decideRelease(situation, request, context.probe),
  });
  context.locks.forget(head.lineage, lock.id);
  return lock;
}

/** Breaks a lock, whoever holds it. Results in the lock that was. */
export async function forceReleaseLock(
  context: EngineContext,
  name: string,
  request: { readonly by: string; readonly reason: string },
): Promise<Lock> {
  const head = await openStack(context, name);
  refuseInside(context, head, 'lock');
  const lock = await context
    .writer(head.lineage)
    .submit(forceReleaseCommand(head, request, context.probe));
  context.locks.forget(head.lineage, lock.id);
  return lock;
}
