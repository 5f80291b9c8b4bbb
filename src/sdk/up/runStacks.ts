import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { type NodeEnd, runInOrder } from '../../engine/schedule/runInOrder.ts';
import { describeError, hasCode, toSlothError } from '../../errors/SlothError.ts';
import { isGoodEnd } from './isGoodEnd.ts';
import type {
  AnnouncedStack,
  StackEnd,
  StackEndStatus,
  UpDirection,
  UpMessage,
} from './UpMessage.ts';

/** How one stack of many ended. */
export interface OneEnd {
  readonly status: StackEndStatus;
  readonly reason: string;
}

/** How to work on many stacks. */
export interface StacksRun {
  readonly direction: UpDirection;
  readonly stacks: readonly AnnouncedStack[];
  readonly slots: number;
  readonly keepGoing: boolean;
  /** Milliseconds that a stack takes, by its history. */
  readonly cost: (stack: string) => number;
  readonly signal: AbortSignal;
  readonly report: (message: UpMessage) => void;
  readonly work: (stack: string) => Promise<OneEnd>;
}

/** Milliseconds to wait for a place, where other processes have them all. */
const PATIENCE = 300;

/** Works on many stacks, each as soon as those before it are done; tells how each of them ended. */
export async function runStacks(context: EngineContext, run: StacksRun): Promise<StackEnd[]> {
  const { stacks, slots, keepGoing, cost, signal, report, work, direction } = run;
  const begun = context.clock();
  report({ type: 'up.started', direction, stacks, slots, at: begun });
  const ends = new Map<string, StackEnd>();
  const end = (stack: string, { status, reason }: OneEnd, duration: number): void => {
    const ended = { stack, status, reason, duration };
    ends.set(stack, ended);
    report({ type: 'stack.ended', ...ended });
  };

  async function one(stack: string): Promise<boolean> {
    const at = context.clock();
    report({ type: 'stack.started', stack, at });
    const how = await patiently(context, signal, () => work(stack));
    end(stack, how, context.clock() - at);
    return isGoodEnd(how);
  }

  await runInOrder({
    graph: new Map(stacks.map(({ stack, dependsOn }) => [stack, dependsOn])),
    slots,
    cost,
    keepGoing,
    signal,
    run: one,
    onEnd(stack, how) {
      if (!ends.has(stack)) end(stack, notBegun(how, signal), 0);
    },
  });
  const all = stacks.flatMap(({ stack }) => ends.get(stack) ?? []);
  report({ type: 'up.ended', ends: all, duration: context.clock() - begun });
  return all;
}

/** Other processes may have taken all places for executions: that is no failure of this one. */
async function patiently(
  context: EngineContext,
  signal: AbortSignal,
  work: () => Promise<OneEnd>,
): Promise<OneEnd> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'execution.too_many') || signal.aborted) {
        const { what, why } = describeError(toSlothError(error));
        return { status: 'failed', reason: why === '' ? what : `${what}: ${why}` };
      }
    }
    await context.sleep(PATIENCE * (0.5 + context.random()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function notBegun(how: NodeEnd, signal: AbortSignal): OneEnd {
  if (how.status === 'skipped') return { status: 'skipped', reason: `${how.because} failed` };
  const reason = signal.aborted ? 'it was stopped from outside' : 'another stack failed';
  return { status: 'stopped', reason };
}
