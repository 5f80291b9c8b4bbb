import type { ActionResult } from '../../model/host.ts';
import { lastLines } from '../../model/lastLines.ts';
import type { Action, TaskArguments } from '../../model/workflow.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import { assertText } from '../session/assertText.ts';
import type { RunSession } from '../session/RunSession.ts';

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
  signal: AbortSignal,
): Promise<ActionResult> {
  const before = machine.printed();
  const result = await (action.kind === 'shell'
    ? runScript(machine, action.script)
    : session.program.call(action, args, machine.host, { signal }));
  assertText({ ...result.outputs }, 'the outputs');
  // Only a program's failure is explained by what it printed; a function says itself what is wrong.
  if (result.ok || typeof result.outputs.exit_code !== 'number') return result;
  const all = machine.printed();
  // What an earlier attempt, or a hook, printed says nothing about this one.
  const printed = all.startsWith(before) ? all.slice(before.length) : all;
  return { ...result, message: [result.message, ...lastLines(printed)].join('\n') };
}

async function runScript(machine: TaskMachine, script: string): Promise<ActionResult> {
  const { success, exit_code: code } = await machine.host.exec(script, { keepOutput: false });
  const message = success ? '' : `exit status ${code}`;
  return { ok: success, message, outputs: { exit_code: code } };
}
