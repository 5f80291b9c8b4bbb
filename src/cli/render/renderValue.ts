import type { JsonValue, ShownValue } from '../../sdk/presentation.ts';

/** What stands in the place of a sensitive value. */
const SENSITIVE = '<sensitive>';

/** A value on one line: texts as they are, everything else as JSON. */
export function renderValue(value: JsonValue | undefined): string {
  if (value === undefined) return SENSITIVE;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Values as one JSON object, for scripts; sensitive ones that were not asked for are named, not shown. */
export function valuesAsJson(values: readonly ShownValue[]): Record<string, JsonValue> {
  return Object.fromEntries(
    values.map(({ key, value }) => [key, value === undefined ? SENSITIVE : value]),
  );
}

/** `key = value` lines with the signs below each other. */
export function renderValues(values: readonly ShownValue[]): string[] {
  const width = Math.max(0, ...values.map(({ key }) => key.length));
  return values.map(({ key, value }) => `${key.padEnd(width)} = ${renderValue(value)}`);
}
