import type { TaskDefinition } from '../../model/workflow.ts';
import { createTaskMachine } from '../host/createTaskMachine.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import type { RunSession } from '../session/RunSession.ts';
import type { TaskOutcome } from '../session/TaskOutcome.ts';
import { attemptTask } from './attemptTask.ts';
import { checkConditions } from './checkConditions.ts';
import { recordTaskEnd, recordTaskStart } from './recordTask.ts';
import { retryDelay } from './retryDelay.ts';
import { settleTask } from './settleTask.ts';
import { taskArguments } from './taskArguments.ts';

/**
 * Runs one task to its end and records both: its start before anything of it happens, its end with
 * results, output and artifacts. Rejects only where the record could not be made (a lost lock, a
 * full disk): then nobody may rely on the task, and the run stops.
 */
export async function runTask(session: RunSession, task: TaskDefinition): Promise<TaskOutcome> {
  const machine = createTaskMachine(session, task);
  const startedAt = session.context.clock();
  const gate = await checkConditions(session, task, machine);
  if (gate === null) return runAttempts(session, task, machine, startedAt);
  await recordTaskEnd(session, task, machine, { ...gate, attempt: 0, startedAt, attempted: null });
  return gate;
}

async function runAttempts(
  session: RunSession,
  task: TaskDefinition,
  machine: TaskMachine,
  startedAt: number,
): Promise<TaskOutcome> {
  for (let attempt = 1; ; attempt++) {
    await recordTaskStart(session, task, attempt);
    const args = taskArguments(session, task, attempt, machine.host.workdir);
    const last = await attemptTask(session, machine, task, args);
    session.context.reach('task.ran');
    const again = last.status === 'failed' || last.status === 'timed_out';
    if (again && attempt <= task.retries.count && !session.stop.signal.aborted) {
      await waitBeforeRetry(session, task, attempt, last.reason);
      if (!session.stop.signal.aborted) continue;
    }
    const settled = await settleTask(session, task, machine, last, attempt);
    const status = settled.status === 'timed_out' ? 'failed' : settled.status;
    const end = { status, reason: settled.reason, attempt, startedAt, attempted: settled };
    await recordTaskEnd(session, task, machine, end);
    machine.releaseProcesses();
    return { status, reason: settled.reason, abort: false };
  }
}

async function waitBeforeRetry(
  session: RunSession,
  task: TaskDefinition,
  attempt: number,
  why: string,
): Promise<void> {
  const { context, report, stop } = session;
  const delay = retryDelay(task.retries.strategy, attempt, context.random());
  const reason = session.redactor.text(why);
  report({ type: 'task.retrying', task: task.name, attempt, delay, reason });
  try {
    await context.sleep(delay, stop.signal);
  } catch (error) {
    // Stopping the run ends the wait; anything else is a failure.
    if (!stop.signal.aborted) throw error;
  }
}
