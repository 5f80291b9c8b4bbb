import { toSlothError } from '../../errors/SlothError.ts';
import type { Action, Outcome, TaskDefinition } from '../../model/workflow.ts';
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
  const task = hookTask(session, name);
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

/** A hook is served like a task, but it has no record of its own. */
function hookTask(session: RunSession, name: string): TaskDefinition {
  return {
    name,
    description: '',
    command: null,
    workdir: null,
    env: {},
    user: null,
    timeout: null,
    retries: { count: 0, strategy: 'fixed' },
    dependsOn: [],
    runIf: null,
    abortIf: null,
    preHook: null,
    postHook: null,
    onSuccess: null,
    onFailure: null,
    onTimeout: null,
    artifacts: [],
    consumes: [],
    tags: [],
    at: session.definition.at,
  };
}
