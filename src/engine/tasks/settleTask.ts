import type { ArtifactEntry } from '../../model/entry.ts';
import type { Action, Outcome, TaskArguments, TaskDefinition } from '../../model/workflow.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import type { RunSession } from '../session/RunSession.ts';
import { collectArtifacts } from './artifacts.ts';
import type { Attempt } from './attemptTask.ts';
import { runAction } from './runAction.ts';
import { taskArguments } from './taskArguments.ts';
import { withoutLastBreak } from './withoutLastBreak.ts';

/** The last attempt at a task, with what it left behind. */
export type SettledAttempt = Attempt & { readonly artifacts: readonly ArtifactEntry[] };

/** After the last attempt: its artifacts, then the handler that fits its outcome. */
export async function settleTask(
  session: RunSession,
  task: TaskDefinition,
  machine: TaskMachine,
  last: Attempt,
  attempt: number,
): Promise<SettledAttempt> {
  let settled = { ...last, artifacts: [] as readonly ArtifactEntry[] };
  if (last.status === 'completed' && task.artifacts.length > 0) {
    const { artifacts, fault } = await collectArtifacts(session, task, machine.host);
    settled = { ...settled, artifacts };
    if (fault !== '') settled = { ...settled, status: 'failed', reason: fault };
  }
  const handler = handlerFor(task, settled.status);
  if (handler !== null) {
    const args = {
      ...taskArguments(session, task, attempt, machine.host.workdir),
      outcome: outcomeOf(settled, machine),
    };
    await runHandler(session, task, machine, handler, args);
  }
  return settled;
}

function handlerFor(task: TaskDefinition, status: Attempt['status']): Action | null {
  if (status === 'completed') return task.onSuccess;
  if (status === 'timed_out') return task.onTimeout ?? task.onFailure;
  return status === 'failed' ? task.onFailure : null;
}

/** What a handler is told: what the task left, or why it failed. */
function outcomeOf({ status, result, reason }: SettledAttempt, machine: TaskMachine): Outcome {
  if (status !== 'completed') return { kind: 'failed', error: reason };
  const { message, outputs } = result;
  const printed = { output: withoutLastBreak(machine.printed()) };
  const cut = machine.isPrintedCut() ? { isCut: true as const } : {};
  return { kind: 'completed', result: { message, outputs, ...printed, ...cut } };
}

/** A handler reacts to an outcome; it can't change it, so its own failure is told and no more. */
async function runHandler(
  session: RunSession,
  task: TaskDefinition,
  machine: TaskMachine,
  handler: Action,
  args: TaskArguments,
): Promise<void> {
  const tell = (why: string): void =>
    machine.host.log('warn', `the handler of task '${task.name}' failed: ${why}`);
  try {
    const { ok, message } = await runAction(session, machine, handler, args, session.stop.signal);
    if (!ok) tell(message || 'it returned false');
  } catch (thrown) {
    tell(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
