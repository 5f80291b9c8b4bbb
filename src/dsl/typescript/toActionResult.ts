import { SlothError } from '../../errors/SlothError.ts';
import type { ActionResult } from '../../model/host.ts';
import type { JsonObject } from '../../model/json.ts';
import { isProcessResult } from './ProcessResult.ts';
import { toJson } from './toJson.ts';

const SUCCESS: ActionResult = { ok: true, message: '', outputs: {} };

/**
 * What a task function's return value means; see `TaskReturn` for the list.
 *
 * Refuses with `task.code_failed` what could be meant either way, as a number: 0 is success to a
 * shell and false to JavaScript. Rejects outputs that are no JSON values with `value.not_json`.
 */
export function toActionResult(returned: unknown): ActionResult {
  if (returned === undefined || returned === null) return SUCCESS;
  if (typeof returned === 'boolean') return { ...SUCCESS, ok: returned };
  if (typeof returned === 'string') return { ...SUCCESS, message: returned };
  if (Array.isArray(returned)) return fromParts(returned[0], returned[1], returned[2]);
  if (typeof returned !== 'object') return refuse(`a ${typeof returned}`);
  if (isProcessResult(returned)) return fromProcess(returned);
  if ('ok' in returned && typeof returned.ok === 'boolean') {
    const { ok, message, outputs } = returned as Record<string, unknown>;
    return fromParts(ok, message, outputs);
  }
  return { ...SUCCESS, outputs: toOutputs(returned) };
}

function fromParts(ok: unknown, message: unknown, outputs: unknown): ActionResult {
  if (typeof ok !== 'boolean') return refuse('a list that does not begin with true or false');
  const text = message === undefined || message === null ? '' : String(message);
  const hasOutputs = outputs !== undefined && outputs !== null;
  return { ok, message: text, outputs: hasOutputs ? toOutputs(outputs) : {} };
}

/** `return exec.run('make')` must fail with its process: an object alone would count as outputs. */
function fromProcess(result: { success: boolean; exitCode: number }): ActionResult {
  const { success: ok, exitCode } = result;
  return { ok, message: ok ? '' : `exit status ${exitCode}`, outputs: { exit_code: exitCode } };
}

function toOutputs(value: unknown): JsonObject {
  const json = toJson(value, 'the outputs');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse('outputs that are no object');
  }
  return json;
}

function refuse(what: string): never {
  const reason =
    `the task function returned ${what}; ` +
    'it may return nothing, true or false, a text, [ok, message, outputs] or an object of outputs';
  throw new SlothError('task.code_failed', { reason });
}
