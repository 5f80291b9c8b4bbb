import type { JsonValue } from '../../model/json.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import type { ResourceOptions } from '../../model/workflow.ts';
import { textsIn } from '../redaction/redactor.ts';

/** The properties of a resource that are secrets: those that it calls sensitive, and those that are by their nature. */
export function sensitiveProperties(
  provider: Provider,
  options: Pick<ResourceOptions, 'sensitive'>,
  properties: Properties,
): JsonValue[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const isOne = options.sensitive.includes(name) || provider.properties[name]?.secret === true;
    return isOne && value !== undefined ? [value] : [];
  });
}

/**
 * Whether an attribute is one of those secrets, or has one as a part: `values` of a type may be the attributes of
 * an object, each by its own name.
 */
export function isOneOf(secrets: readonly JsonValue[], value: JsonValue): boolean {
  const texts = new Set(secrets.flatMap((each) => [...textsIn(each)]));
  return [...textsIn(value)].some((text) => texts.has(text));
}
