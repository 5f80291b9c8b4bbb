import { toSlothError } from '../../errors/SlothError.ts';
import { bareTask } from '../../model/bareTask.ts';
import type { Action, Outcome } from '../../model/workflow.ts';
import { createTaskMachine } from '../host/createTaskMachine.ts';
import type { RunSession } from '../session/RunSession.ts';
import { runAction } from './runAction.ts';
import { taskArguments } from './taskArguments.ts';

/** Runs a hook of the workflow itself; gives why it failed, or an empty text. */
export async function runHook(
  session: RunSession,
  name: 'on_start' | 'on_complete',
  action: Action,
  outcome?: Outcome,
): Promise<string> {
  // A hook is served like a task, but it has no record of its own.
  const task = bareTask(name, session.definition.at);
  const machine = createTaskMachine(session, task);
  try {
    const args = {
      ...taskArguments(session, task, 1, machine.host.workdir),
      ...(outcome === undefined ? {} : { outcome }),
    };
    const { ok, message } = await runAction(session, machine, action, args, session.stop.signal);
    return ok ? '' : `${name} failed: ${message || 'it returned false'}`;
  } catch (thrown) {
    const error = toSlothError(thrown);
    return `${name} failed: ${error.message}`;
  }
}
