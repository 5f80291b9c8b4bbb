import type { Attributes, Properties, Provider } from '../../model/provider.ts';

/** A declaration without the attributes that are to stay as they are on an object; pure. */
export function leftAlone(
  { leaving }: Pick<Provider, 'leaving'>,
  properties: Properties,
  attributes: readonly string[],
  actual: Attributes,
): Properties {
  if (attributes.length === 0) return properties;
  if (leaving !== undefined) return leaving(properties, attributes, actual);
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => !attributes.includes(name)),
  );
}
