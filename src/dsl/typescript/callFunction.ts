import { SlothError } from '../../errors/SlothError.ts';
import { formatDuration } from '../../model/duration.ts';
import type { ActionResult, CallOptions } from '../../model/host.ts';
import type { TaskArguments, TaskResult } from '../../model/workflow.ts';
import { runInScope, type Scope } from './Scope.ts';
import type { Dependencies, DependencyResult, TaskFunction } from './TaskFunction.ts';
import { toActionResult } from './toActionResult.ts';
import { toCallError } from './toCallError.ts';

/** The longest time that a timer of the runtime can measure, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Calls a function of a workflow within its bounds.
 *
 * At the deadline or the signal the call rejects, and the function's host calls are refused from
 * then on. The function itself can't be ended: JavaScript has no means to, short of ending the
 * thread. One that waits for something never notices; one that loops without ever waiting holds up
 * the whole process, deadline included.
 */
export async function callFunction(
  action: TaskFunction,
  args: TaskArguments,
  scope: Scope,
  options: CallOptions,
  clock: () => number,
): Promise<ActionResult> {
  const bounds = createBounds(options, clock);
  try {
    const returned = runInScope(scope, async () =>
      toActionResult(await action(...(listed(args) as Parameters<TaskFunction>))),
    );
    return await Promise.race([
      returned.catch((thrown: unknown) => {
        throw toCallError(thrown, scope);
      }),
      bounds.reached,
    ]);
  } finally {
    scope.ended = true;
    bounds.dispose();
  }
}

/** The arguments of a function in their order: first what it is told of an end. */
function listed({ self, params, deps, outcome }: TaskArguments): readonly unknown[] {
  const usual = [self, params, dependenciesOf(deps)];
  switch (outcome?.kind) {
    case undefined:
      return usual;
    case 'completed':
      return [dependencyOf(self.name, outcome.result), ...usual];
    case 'failed':
      return [outcome.error, ...usual];
    case 'ended':
      return [outcome.success, outcome.results, ...usual];
  }
}

function dependenciesOf(deps: TaskArguments['deps']): Dependencies {
  const results = Object.entries(deps).map(
    ([name, result]) => [name, dependencyOf(name, result)] as const,
  );
  return Object.fromEntries(results);
}

function dependencyOf(
  name: string,
  { message, output, outputs, isCut }: TaskResult,
): DependencyResult {
  const result: DependencyResult = { ok: true, message, output, ...outputs, outputs };
  return isCut && !('output' in outputs) ? withoutOutput(name, result) : result;
}

/** Asking for what was cut is an error, not a shorter text; copying the result is not asking. */
function withoutOutput(task: string, result: DependencyResult): DependencyResult {
  return Object.defineProperty({ ...result }, 'output', {
    enumerable: false,
    get: () => {
      throw new SlothError('task.output_cut', { task });
    },
  });
}

function createBounds(
  { deadline, signal }: CallOptions,
  clock: () => number,
): { readonly reached: Promise<never>; readonly dispose: () => void } {
  const { promise: reached, reject } = Promise.withResolvers<never>();
  const left = deadline === undefined ? undefined : Math.max(0, deadline - clock());
  const expire = (): void =>
    reject(new SlothError('task.timed_out', { after: formatDuration(left ?? 0) }));
  const timer = left === undefined ? undefined : setTimeout(expire, Math.min(left, LONGEST_TIMER));
  const abort = (): void => reject(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  // Most calls end before their bounds: nobody listens to this promise then.
  reached.catch(() => {});
  return {
    reached,
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
