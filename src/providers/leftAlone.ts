import type { Attributes, PreImages, Properties } from '../model/provider.ts';
import { textsOf } from './table.ts';

/** The declaration with a note of the attributes that nobody is to tell, for `withoutLeft`. */
export function leavingNoted(properties: Properties, attributes: readonly string[]): Properties {
  return { ...properties, left: [...leftOf(properties), ...attributes] };
}

/** What is told of an object, without what is left alone. */
export function withoutLeft(properties: Properties, attributes: Attributes): Attributes {
  const left = leftOf(properties);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !left.includes(name)));
}

/** What is only looked at is what it was. */
export const nothingToPutBack: PreImages = {
  refuses: async () => '',
  keep: async () => ({ data: {} }),
  putBack: async () => {},
};

function leftOf(properties: Properties): string[] {
  return textsOf(properties, 'left') ?? [];
}
