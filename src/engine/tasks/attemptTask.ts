import {
  describeError,
  type ErrorDescription,
  hasCode,
  SlothError,
  toSlothError,
} from '../../errors/SlothError.ts';
import { formatDuration } from '../../model/duration.ts';
import type { ActionResult } from '../../model/host.ts';
import type { Action, TaskArguments, TaskDefinition } from '../../model/workflow.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import type { RunSession } from '../session/RunSession.ts';
import { provideArtifacts } from './artifacts.ts';
import { runAction } from './runAction.ts';

/** How one attempt at a task ended. */
export interface Attempt {
  readonly status: 'completed' | 'failed' | 'timed_out' | 'interrupted';
  readonly result: ActionResult;
  /** Why it did not complete. */
  readonly reason: string;
  readonly error: ErrorDescription | null;
}

const nothing: ActionResult = { ok: false, message: '', outputs: {} };

/**
 * One attempt at a task: pre-hook, command, post-hook, within the task's time. Whatever the attempt
 * started is ended with it when its time is up or the run stops: a process that outlives its task
 * would go on changing the machine while the next task relies on it being still.
 */
export async function attemptTask(
  session: RunSession,
  machine: TaskMachine,
  task: TaskDefinition,
  args: TaskArguments,
): Promise<Attempt> {
  const expired = new AbortController();
  const timer = task.timeout === null ? null : setTimeout(() => expired.abort(), task.timeout);
  const signal = AbortSignal.any([expired.signal, session.stop.signal]);
  const cutShort = endedBy(signal, machine);
  try {
    const outcome = await Promise.race([
      runSteps(session, machine, task, args, signal),
      cutShort.ended,
    ]);
    // The code may have seen its processes die and returned before the race was decided.
    return signal.aborted ? stopped(task, expired.signal.aborted) : outcome;
  } catch (thrown) {
    if (signal.aborted) {
      await machine.endProcesses();
      return stopped(task, expired.signal.aborted);
    }
    return failure(toSlothError(thrown));
  } finally {
    if (timer !== null) clearTimeout(timer);
    cutShort.dispose();
  }
}

async function runSteps(
  session: RunSession,
  machine: TaskMachine,
  task: TaskDefinition,
  args: TaskArguments,
  signal: AbortSignal,
): Promise<Attempt> {
  const step = (action: Action): Promise<ActionResult> =>
    runAction(session, machine, action, args, signal);
  await provideArtifacts(session, task, machine.host);
  if (task.preHook !== null) {
    const before = await step(task.preHook);
    if (!before.ok) return refusal(hookFailed('pre', before), before);
  }
  const result = task.command === null ? { ...nothing, ok: true } : await step(task.command);
  if (!result.ok) return refusal(result.message || 'it returned false', result);
  if (task.postHook !== null) {
    const after = await step(task.postHook);
    if (!after.ok) return refusal(hookFailed('post', after), after);
  }
  return { status: 'completed', result, reason: '', error: null };
}

/** Resolves once the signal has fired and everything that the task started is gone. */
function endedBy(
  signal: AbortSignal,
  machine: TaskMachine,
): { readonly ended: Promise<never>; readonly dispose: () => void } {
  let listener = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    listener = () => {
      machine.endProcesses().then(() => reject(signal.reason), reject);
    };
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  // Whoever lost the race is not listened to any more; that is no unhandled failure.
  ended.catch(() => {});
  return { ended, dispose: () => signal.removeEventListener('abort', listener) };
}

function stopped(task: TaskDefinition, timedOut: boolean): Attempt {
  if (!timedOut) {
    return { status: 'interrupted', result: nothing, reason: 'the run was stopped', error: null };
  }
  const after = formatDuration(task.timeout ?? 0);
  const { file, line } = task.at;
  const error = new SlothError('task.timed_out', { after }, { source: { file, line } });
  return { ...failure(error), status: 'timed_out' };
}

function hookFailed(which: 'pre' | 'post', { message }: ActionResult): string {
  return `the ${which}-hook failed${message === '' ? '' : `: ${message}`}`;
}

function refusal(reason: string, result: ActionResult): Attempt {
  return { status: 'failed', result, reason, error: null };
}

function failure(error: SlothError): Attempt {
  const description = describeError(error);
  const { what, why } = description;
  // That the code raised something is said by the status; only what it raised tells more.
  const saysMore = hasCode(error, 'task.code_failed');
  const reason = saysMore ? why : why === '' ? what : `${what}: ${why}`;
  return { status: 'failed', result: nothing, reason, error: description };
}
