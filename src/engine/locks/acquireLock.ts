import { holderDetails } from '../../backend/holderDetails.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Head } from '../../model/head.ts';
import type { Lock } from '../../model/lock.ts';
import {
  type AcquireRequest,
  type AcquireResult,
  decideAcquire,
} from '../../services/locks/decideAcquire.ts';
import { decideLeaveQueue } from '../../services/locks/decideLeaveQueue.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { recoverStack } from '../stacks/openStack.ts';

/** How long a place in line lives without renewal, in milliseconds. */
const QUEUE_TTL = 60_000;
/** How often a waiter looks again, in milliseconds, before jitter. */
const POLL = 150;

/** How to wait for a lock that is not to be had at once. */
export interface WaitOptions {
  /** Milliseconds; 0 to be refused at once. */
  readonly wait: number;
  readonly onQueued?: (position: number, holder: Lock | null) => void;
  readonly signal?: AbortSignal;
}

/**
 * Takes a stack's lock, standing in line for it when asked to.
 *
 * In: the head as just read, and the request without its queue part. Out: the lock, and whether it
 * was held under this id before. Rejects with `stack.locked`, `stack.busy` or `lock.queued` where it
 * does not wait, and with `lock.wait_timeout` where waiting did not help.
 */
export async function acquireLock(
  context: EngineContext,
  head: Head,
  request: Omit<AcquireRequest, 'queue'>,
  options: WaitOptions,
): Promise<{ readonly lock: Lock; readonly renewed: boolean }> {
  const queue = options.wait > 0 ? { process: context.self, ttl: QUEUE_TTL } : null;
  const first = await attempt(context, head, { ...request, queue });
  if (first.status === 'acquired') return first;
  try {
    return await waitInLine(context, head, { ...request, queue }, first, options);
  } catch (error) {
    await leaveQueue(context, head, request.id);
    throw error;
  }
}

async function waitInLine(
  context: EngineContext,
  head: Head,
  request: AcquireRequest,
  first: AcquireResult & { status: 'queued' },
  options: WaitOptions,
): Promise<{ readonly lock: Lock; readonly renewed: boolean }> {
  const deadline = (await context.backend.now()) + options.wait;
  let state: AcquireResult = first;
  let told = 0;
  while (state.status === 'queued') {
    if (state.position !== told) options.onQueued?.(state.position, state.holder);
    told = state.position;
    if ((await context.backend.now()) >= deadline) throw timeout(head, state.holder, options.wait);
    await context.sleep(POLL * (0.5 + context.random()), options.signal);
    options.signal?.throwIfAborted();
    state = await attempt(context, head, request);
  }
  return state;
}

async function attempt(
  context: EngineContext,
  { lineage }: Head,
  request: AcquireRequest,
): Promise<AcquireResult> {
  const view = await context.backend.read({ lineage }, []);
  // A holder that died while we waited leaves an execution to close, not only a lock.
  if (view !== undefined) await recoverStack(context, view.head, 'taker');
  return context.writer(lineage).submit({
    operation: 'lock.acquire',
    decide: (situation) => decideAcquire(situation, request, context.probe),
  });
}

async function leaveQueue(context: EngineContext, head: Head, id: string): Promise<void> {
  await context.writer(head.lineage).submit({
    operation: 'lock.leave_queue',
    decide: (situation) => decideLeaveQueue(situation, id),
  });
}

function timeout(head: Head, holder: Lock | null, wait: number): SlothError {
  const unknown = { stack: head.name, by: 'others in line', since: 0, operation: '', reason: '' };
  return new SlothError('lock.wait_timeout', {
    ...(holder === null ? unknown : holderDetails(head.name, holder)),
    waited: formatDuration(wait),
  });
}
