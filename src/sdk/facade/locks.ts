import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { acquireManualLock, forceReleaseLock, releaseLock } from '../../engine/locks/manualLock.ts';
import { openStack, recoverStack } from '../../engine/stacks/openStack.ts';
import type { Head } from '../../model/head.ts';
import { lockCondition } from '../../model/lock.ts';
import type { LockStatus, Runner } from '../Runner.ts';

/** A lock id carried from elsewhere: `SLOTH_RUNNER_LOCK_ID`. */
export interface HandedOn {
  readonly id: string;
  /** `SLOTH_RUNNER_STACK`: the only stack that it is for; `null` for whichever is named. */
  readonly stack: string | null;
}

/** What the locks façade takes from the configuration and the environment. */
export interface LockSettings {
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly handedOn: HandedOn | null;
}

/** The façade's operations on locks. */
export function createLocksFacade(context: EngineContext, settings: LockSettings): Runner['locks'] {
  const status = async (head: Head): Promise<LockStatus> => {
    const now = await context.backend.now();
    const condition = lockCondition(head, now, context.probe);
    return { stack: head.name, lock: head.lock, condition, waiters: head.waiters, now };
  };

  return {
    acquire(name, options = {}) {
      const request = {
        lockedBy: options.lockedBy ?? context.actor,
        operation: options.operation ?? '',
        reason: options.reason ?? '',
        ttl: options.ttl ?? settings.lockTimeout,
        id: idFor(settings.handedOn, name),
      };
      return acquireManualLock(context, name, request, {
        wait: options.wait ?? 0,
        ...(options.onQueued ? { onQueued: options.onQueued } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    },
    status: async (name) => status(await openStack(context, name)),
    release: (name, options = {}) => releaseLock(context, name, options.unlockedBy),
    forceRelease: (name, options = {}) =>
      forceReleaseLock(context, name, {
        by: options.by ?? context.actor,
        reason: options.reason ?? '',
      }),
    async list() {
      const heads = await Promise.all(
        (await context.backend.list()).map((head) => recoverStack(context, head)),
      );
      return Promise.all(heads.filter((head) => head.lock !== null).map(status));
    },
  };
}

/** Another stack's lock is taken under an id of its own: one id for two would let each be shown for both. */
function idFor(handedOn: HandedOn | null, stack: string): string | null {
  if (handedOn === null) return null;
  return handedOn.stack === null || handedOn.stack === stack ? handedOn.id : null;
}
