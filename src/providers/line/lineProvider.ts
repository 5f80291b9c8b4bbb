import { fromBytesText, toBytesText } from '../../files/bytesText.ts';
import { digestOf } from '../../files/digestOf.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import { editing, editLines, editProperties, lineImages, placedEdit, readLines } from '../edits.ts';
import { traceOf } from '../ownership.ts';
import { optionalText, textOf } from '../property.ts';
import { appended, type Line, replaced, without } from '../textLines.ts';

/**
 * One line in a file that others write too: there, or in the place of those that match. Several lines that
 * match and say different things are one setting that is said twice: the first becomes the line, the others
 * go.
 */
export const lineProvider: Provider = {
  type: 'line',
  properties: {
    ...editProperties,
    line: { type: 'text', help: 'the line as it should be', required: true },
    match: { type: 'text', help: 'a regular expression of the line it replaces' },
  },
  attributes: {
    line: { kind: 'configuration', severity: 'medium', impact: 'The setting has another value' },
  },

  prepare(properties, machine) {
    const line = textOf(properties, 'line');
    if (/[\r\n]/.test(line)) throw new Error('its line has several lines: declare a block');
    expressionOf(properties);
    return placedEdit(properties, machine);
  },

  // A digest of the line: a secret may stand in it, and identities are kept in the clear.
  ...editing((properties) => {
    const match = optionalText(properties, 'match');
    return match ?? digestOf(textOf(properties, 'line')).slice(0, 23);
  }),
  expected: async (properties) => ({ line: textOf(properties, 'line') }),

  async read(properties) {
    const lines = await readLines(properties);
    const found = placesOf(lines, properties).map((at) => fromBytesText(lines[at]?.text ?? ''));
    if (found.length === 0) return { exists: false };
    return { exists: true, attributes: { line: found.join('\n') } };
  },

  apply: (properties) => editLines(properties, (lines) => withLine(lines, properties)),
  delete: (properties) =>
    editLines(properties, (lines) => without(lines, new Set(placesOf(lines, properties)))),

  preImages: lineImages(placesOf),
  trace: (properties) => traceOf(textOf(properties, 'path')),
  suggest: (properties) =>
    `Set the line '${textOf(properties, 'line')}' in ${textOf(properties, 'path')}`,
};

/** Lines with the declared one in its place; pure. */
export function withLine(lines: readonly Line[], properties: Properties): Line[] {
  const line = toBytesText(textOf(properties, 'line'));
  const places = placesOf(lines, properties);
  const [first] = places;
  if (first === undefined) return appended(lines, [line]);
  return replaced(lines, first, [line], new Set(places));
}

/**
 * The places of the lines that are meant. The line itself always counts, or a changed expression would add
 * it a second time; without an expression, once is enough.
 */
function placesOf(lines: readonly Line[], properties: Properties): number[] {
  const line = toBytesText(textOf(properties, 'line'));
  const expression = expressionOf(properties);
  const places = lines.flatMap(({ text }, index) => {
    const isMeant = text === line || expression?.test(fromBytesText(text)) === true;
    return isMeant ? [index] : [];
  });
  return expression === undefined ? places.slice(0, 1) : places;
}

function expressionOf(properties: Properties): RegExp | undefined {
  const match = optionalText(properties, 'match');
  if (match === undefined) return undefined;
  try {
    return new RegExp(match, 'u');
  } catch {
    // Many an expression is only one without the stricter rules.
    return new RegExp(match);
  }
}
