import type { JsonValue } from '../model/json.ts';
import type { Properties } from '../model/provider.ts';

/** A property that is a table; an empty one where it is not given. */
export function tableOf(properties: Properties, name: string): Readonly<Record<string, JsonValue>> {
  const value = properties[name];
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isTable ? value : {};
}

/** A property that is a list of texts, or one text alone; sorted, since such lists have no order. */
export function textsOf(properties: Properties, name: string): string[] | undefined {
  const value = properties[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String).toSorted() : undefined;
}
