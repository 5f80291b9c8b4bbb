import { readFile } from 'node:fs/promises';
import { lookAt } from '../../files/lookAt.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import { traceOf } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { textOf } from '../property.ts';

/**
 * Text in a file that others write, put in the place of what an expression matches. There is no way
 * back: what was there before is not kept, and deleting the resource leaves the file as it is.
 */
export const replaceProvider: Provider = {
  type: 'replace',
  role: 'adjusts',
  properties: {
    path: { type: 'text', help: 'the file', required: true },
    match: { type: 'text', help: 'a regular expression of what is replaced', required: true },
    with: { type: 'text', help: 'what comes in its place; $1 is the first group', required: true },
  },
  attributes: {
    remaining: { kind: 'configuration', severity: 'medium', impact: 'The old text is back' },
  },
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => `${textOf(properties, 'path')} ${textOf(properties, 'match')}`,
  expected: async () => ({ remaining: 0 }),

  async read(properties) {
    const path = textOf(properties, 'path');
    if ((await lookAt(path)) === undefined) return { exists: false };
    const text = await readFile(path, 'utf8');
    return { exists: true, attributes: { remaining: countChanges(text, properties) } };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    const text = await readFile(path, 'utf8');
    const next = text.replaceAll(expressionOf(properties), textOf(properties, 'with'));
    if (countChanges(next, properties) > 0) {
      throw new Error('what is put in matches the expression again, so this would never end');
    }
    await replaceFile(path, next);
  },

  delete: async () => {},
  trace: (properties) => traceOf(textOf(properties, 'path')),
  suggest: (properties) =>
    `Replace ${textOf(properties, 'match')} by ${textOf(properties, 'with')} in ${textOf(properties, 'path')}`,
};

function expressionOf(properties: Properties): RegExp {
  return new RegExp(textOf(properties, 'match'), 'gm');
}

/** Matches that a replacement would change; one that gives the same text again is none. */
function countChanges(text: string, properties: Properties): number {
  const [single, put] = [new RegExp(textOf(properties, 'match'), 'm'), textOf(properties, 'with')];
  return [...text.matchAll(expressionOf(properties))].filter(
    ([found]) => found.replace(single, put) !== found,
  ).length;
}
