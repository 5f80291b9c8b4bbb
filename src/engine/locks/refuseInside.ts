import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** Why a task can't do something to the stack that it runs on, as a phrase. */
const InsideReason = {
  run: 'a run of the same stack inside it would wait for itself',
  stack: 'the stack can be neither renamed nor deleted before it has ended',
  lock: 'its lock is that of the execution, and all that the task does is done under it already',
} as const;

/**
 * Refuses what a task can't do to the stack that it runs on, with `execution.nested`. Any other refusal
 * would send its reader the wrong way: to wait for the run that waits for him, or to break its lock.
 */
export function refuseInside(
  { inside }: EngineContext,
  head: Head,
  reason: keyof typeof InsideReason,
): void {
  if (inside === null || inside.stack !== head.name) return;
  const { execution } = inside;
  if (!head.open.some((each) => each.id === execution)) return;
  const because = InsideReason[reason];
  throw new SlothError('execution.nested', { stack: head.name, execution, because });
}
