import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';

/** What an option has to be: the name of a type, or anything, which is looked at where it is used. */
export type OptionType = 'string' | 'number' | 'boolean' | 'object' | 'any';

/**
 * Refuses, with `host.call_failed`, options of a call that it doesn't know, with the nearest name, and such
 * as are of a wrong type. The scenario that must not happen: an option with a typing error is ignored,
 * and something else is done than was said.
 */
export function assertOptions(
  name: string,
  given: unknown,
  known: Readonly<Record<string, OptionType>>,
): void {
  const refuse = (reason: string): never => {
    throw new SlothError('host.call_failed', { name, reason });
  };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refuse('the options must be an object');
  }
  for (const [key, value] of Object.entries(given)) {
    const type = Object.hasOwn(known, key) ? known[key] : undefined;
    if (type === undefined) {
      const names = Object.keys(known);
      const [near] = nearest(key, names, 1);
      const hint = near === undefined ? `it knows ${names.join(', ')}` : `did you mean ${near}?`;
      return refuse(`no option '${key}'; ${hint}`);
    }
    if (type === 'any' || value === undefined || typeof value === type) continue;
    refuse(`'${key}' must be a ${type}, not a ${typeof value}`);
  }
}
