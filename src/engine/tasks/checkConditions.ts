import type { Action, TaskDefinition } from '../../model/workflow.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import type { RunSession } from '../session/RunSession.ts';
import type { TaskOutcome } from '../session/TaskOutcome.ts';
import { runAction } from './runAction.ts';
import { taskArguments } from './taskArguments.ts';

/** `run_if` and `abort_if`, in this order; `null` when the task may run. */
export async function checkConditions(
  session: RunSession,
  task: TaskDefinition,
  machine: TaskMachine,
): Promise<TaskOutcome | null> {
  const holds = (action: Action) => {
    return runAction(
      session,
      machine,
      action,
      taskArguments(session, task, 1, machine.host.workdir),
      session.stop.signal,
    );
  };
  try {
    if (task.runIf !== null && !(await holds(task.runIf)).ok) {
      return { status: 'skipped', reason: 'run_if is false', abort: false };
    }
    if (task.abortIf !== null && (await holds(task.abortIf)).ok) {
      return { status: 'failed', reason: 'abort_if is true', abort: true };
    }
    return null;
  } catch (thrown) {
    if (session.stop.signal.aborted) {
      return { status: 'interrupted', reason: 'the run was stopped', abort: false };
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { status: 'failed', reason: `its condition failed: ${reason}`, abort: false };
  }
}
