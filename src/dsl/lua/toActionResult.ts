import type { ActionResult } from '../../model/host.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

/**
 * Reads what a Lua function returned, by Lua's manners: nothing is success, `nil, "why"` and
 * `false, "why"` are failures, `true, "message", {outputs}` is the long form, a table alone is
 * outputs, a text alone a message. The result of `exec.run` returned as it is succeeds as it did.
 */
export function toActionResult(values: readonly (JsonValue | undefined)[]): ActionResult {
  const [first, second, third] = values;
  const message = typeof second === 'string' ? second : scalarText(second);
  if (first === undefined || first === null) return { ok: message === '', message, outputs: {} };
  if (typeof first === 'boolean') return { ok: first, message, outputs: record(third) };
  if (isRecord(first)) return fromTable(first, message);
  return { ok: true, message: scalarText(first), outputs: record(third) };
}

function fromTable(table: JsonObject, message: string): ActionResult {
  const ok = typeof table.success === 'boolean' && 'exit_code' in table ? table.success : true;
  return { ok, message: message || (ok ? '' : `exit status ${table.exit_code}`), outputs: table };
}

function record(value: JsonValue | undefined): JsonObject {
  return isRecord(value) ? value : {};
}

function isRecord(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalarText(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value === 'object') return '';
  return String(value);
}
