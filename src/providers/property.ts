import type { Attributes, Properties } from '../model/provider.ts';

/** A property that is a text; an empty text where it is not given. */
export function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  return typeof value === 'string' ? value : '';
}

/** A property that is a text and may be left out. */
export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}

/** The properties that are attributes, too, as the object has them. */
export function sameNamed(properties: Properties, actual: Attributes): Properties {
  return given(
    Object.fromEntries(Object.keys(properties).map((name) => [name, actual[name] ?? undefined])),
  );
}

/** Only what is given: keys without a value are left out. */
export function given<T>(pairs: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const there = Object.entries(pairs).filter((pair): pair is [string, T] => pair[1] !== undefined);
  return Object.fromEntries(there);
}
