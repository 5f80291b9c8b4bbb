import type { ActionResult } from '../model/host.ts';
import type { Action, TaskArguments } from '../model/workflow.ts';
import { assertText } from './assertText.ts';
import type { RunSession } from './RunSession.ts';
import type { TaskMachine } from './TaskMachine.ts';

/**
 * Does what an action says: a command line, whose exit status is the result, or a function of the
 * workflow. Rejects where the code raised an error or its time was up; a refusal (`false`, a
 * non-zero status) is a result.
 */
export async function runAction(
  session: RunSession,
  machine: TaskMachine,
  action: Action,
  args: TaskArguments,
  limits: { readonly deadline: number | null; readonly signal: AbortSignal },
): Promise<ActionResult> {
  if (action.kind === 'shell') return runScript(machine, action.script);
  const result = await session.program.call(action, args, machine.host, {
    signal: limits.signal,
    ...(limits.deadline === null ? {} : { deadline: limits.deadline }),
  });
  assertText({ ...result.outputs }, 'the outputs');
  return result;
}

async function runScript(machine: TaskMachine, script: string): Promise<ActionResult> {
  const { success, exit_code: code } = await machine.host.exec(script, { keepOutput: false });
  const message = success ? '' : `exit status ${code}`;
  return { ok: success, message, outputs: { exit_code: code } };
}
