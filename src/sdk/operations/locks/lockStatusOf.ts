import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import type { Head } from '../../../model/head.ts';
import { lockCondition } from '../../../model/lock.ts';
import { type ShownLockStatus, shownLockStatus } from '../shown/lock.ts';

/** The lock of a stack, as it is at this moment of the store's clock. */
export async function lockStatusOf(context: EngineContext, head: Head): Promise<ShownLockStatus> {
  const now = await context.backend.now();
  return shownLockStatus(head, lockCondition(head, now, context.probe), now);
}
