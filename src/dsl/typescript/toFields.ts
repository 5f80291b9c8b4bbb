import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { spellingOf } from '../../model/spelling.ts';
import type { SourcePosition } from '../../model/workflow.ts';

/**
 * The object form of a definition as raw fields: `dependsOn` becomes `depends_on`.
 *
 * In: what is defined, for messages; the object; the keys allowed, as the definitions of all
 * languages have them. Refuses an unknown key with the nearest one, spelt as in TypeScript.
 * Keys whose value is `undefined` count as not given.
 */
export function toFields(
  what: string,
  given: unknown,
  allowed: readonly string[],
  at: SourcePosition,
): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refuse(`${what}: its fields must be an object`, 'give it { command: … }', at);
  }
  const { word } = spellingOf(at.file);
  const keys = new Map(allowed.map((key) => [word(key), key]));
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = keys.get(name);
    if (key === undefined) return refuse(`${what}: it has no '${name}'`, hint(name, keys), at);
    if (value !== undefined) fields[key] = value;
  }
  return fields;
}

function hint(name: string, keys: ReadonlyMap<string, string>): string {
  const near = nearest(name, keys.keys());
  const all = [...keys.keys()].join(', ');
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it may have: ${all}`;
}

function refuse(reason: string, todo: string, at: SourcePosition): never {
  throw new SlothError('workflow.invalid', { reason, hint: todo }, { source: at });
}
