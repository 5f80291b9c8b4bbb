import { digestOf } from '../../files/digestOf.ts';
import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import { linesOf, textFrom } from '../lines.ts';
import { traceOf } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { optionalText, textOf } from '../property.ts';

/** Some lines in a file that others write too, between two marks that say whose they are. */
export const blockProvider: Provider = {
  type: 'block',
  properties: {
    path: { type: 'text', help: 'the file it stands in', required: true },
    name: { type: 'text', help: 'what its marks say', required: true },
    content: { type: 'text', help: 'the lines between the marks', required: true },
    comment: { type: 'text', help: 'how a comment begins in that file (default: #)' },
  },
  attributes: {
    content: { kind: 'configuration', severity: 'medium', impact: 'The settings are others' },
  },
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => `${textOf(properties, 'path')} ${textOf(properties, 'name')}`,
  expected: async (properties) => ({ content: digestOf(textFrom(wantedLines(properties))) }),

  async read(properties) {
    const path = textOf(properties, 'path');
    const [text, stat] = [await readText(path), await lookAt(path)];
    const lines = linesOf(text ?? '');
    const place = placeOf(lines, properties);
    if (place === undefined || stat === undefined) return { exists: false };
    const content = digestOf(textFrom(lines.slice(place.from + 1, place.to)));
    return { exists: true, attributes: { content } };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    const lines = linesOf((await readText(path)) ?? '');
    const [begin, end] = marksOf(properties);
    const place = placeOf(lines, properties) ?? { from: lines.length, to: lines.length - 1 };
    const block = [begin, ...wantedLines(properties), end];
    lines.splice(place.from, place.to - place.from + 1, ...block);
    await replaceFile(path, textFrom(lines));
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    const lines = linesOf((await readText(path)) ?? '');
    const place = placeOf(lines, properties);
    if (place === undefined) return;
    lines.splice(place.from, place.to - place.from + 1);
    await replaceFile(path, textFrom(lines));
  },

  async take(properties) {
    const lines = linesOf((await readText(textOf(properties, 'path'))) ?? '');
    const place = placeOf(lines, properties);
    if (place === undefined) return properties;
    return { ...properties, content: textFrom(lines.slice(place.from + 1, place.to)) };
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest: (properties) =>
    `Set the block '${textOf(properties, 'name')}' in ${textOf(properties, 'path')}`,
};

function wantedLines(properties: Properties): string[] {
  return linesOf(textOf(properties, 'content'));
}

function marksOf(properties: Properties): readonly [string, string] {
  const [comment, name] = [optionalText(properties, 'comment') ?? '#', textOf(properties, 'name')];
  return [`${comment} BEGIN ${name}`, `${comment} END ${name}`];
}

/** The lines of both marks; a beginning without an end is no block of ours to replace. */
function placeOf(
  lines: readonly string[],
  properties: Properties,
): { readonly from: number; readonly to: number } | undefined {
  const [begin, end] = marksOf(properties);
  const from = lines.indexOf(begin);
  const to = from === -1 ? -1 : lines.indexOf(end, from);
  return to === -1 ? undefined : { from, to };
}
