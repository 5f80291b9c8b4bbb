import { toBytesText } from '../../files/bytesText.ts';
import { digestOf } from '../../files/digestOf.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import { editing, editLines, editProperties, lineImages, placedEdit, readLines } from '../edits.ts';
import { traceOf } from '../ownership.ts';
import { optionalText, textOf } from '../property.ts';
import { appended, type Line, replaced, without } from '../textLines.ts';

/** Some lines in a file that others write too, between two marks that say whose they are. */
export const blockProvider: Provider = {
  type: 'block',
  properties: {
    ...editProperties,
    name: { type: 'text', help: 'what its marks say', required: true },
    content: { type: 'text', help: 'the lines between the marks', required: true },
    comment: { type: 'text', help: 'how a comment begins in that file (default: #)' },
    comment_end: { type: 'text', help: 'how a comment ends in that file, as -->' },
  },
  attributes: {
    content: { kind: 'configuration', severity: 'medium', impact: 'The settings are others' },
  },

  prepare(properties, machine) {
    const marks = marksOf(properties);
    if (marks.some((mark) => /[\r\n]/.test(mark))) throw new Error('its marks have several lines');
    const inside = wantedLines(properties).find((line) => marks.includes(line));
    if (inside !== undefined) throw new Error(`its content holds the mark '${inside}' itself`);
    return placedEdit(properties, machine);
  },

  ...editing((properties) => textOf(properties, 'name')),
  expected: async (properties) => ({ content: digestOfLines(wantedLines(properties)) }),

  async read(properties) {
    const lines = await readLines(properties);
    const blocks = blocksOf(lines, properties);
    if (blocks.length === 0) return { exists: false };
    const texts = blocks.flatMap(({ from, to }) =>
      lines.slice(from + 1, to).map(({ text }) => text),
    );
    const content = digestOfLines(texts);
    // One that stands there twice is not as declared, whatever stands in it.
    const told = blocks.length === 1 ? content : `${blocks.length} times: ${content}`;
    return { exists: true, attributes: { content: told } };
  },

  apply: (properties) => editLines(properties, (lines) => withBlock(lines, properties)),
  delete: (properties) =>
    editLines(properties, (lines) => without(lines, new Set(placesOf(lines, properties)))),

  async take(properties) {
    const lines = await readLines(properties);
    const [block] = blocksOf(lines, properties);
    if (block === undefined) return properties;
    const texts = lines.slice(block.from + 1, block.to).map(({ text }) => text);
    const content = Buffer.from(texts.map((text) => `${text}\n`).join(''), 'latin1');
    return { ...properties, content: content.toString('utf8') };
  },

  preImages: lineImages(placesOf),
  trace: (properties) => traceOf(textOf(properties, 'path')),
  suggest: (properties) =>
    `Set the block '${textOf(properties, 'name')}' in ${textOf(properties, 'path')}`,
};

/** Lines with the declared block in its place; pure. */
export function withBlock(lines: readonly Line[], properties: Properties): Line[] {
  const [begin, end] = marksOf(properties);
  const block = [begin, ...wantedLines(properties), end];
  const places = placesOf(lines, properties);
  const last = places.at(-1);
  const [first] = places;
  if (first === undefined || last === undefined) return appended(lines, block);
  const [{ to } = { to: first }] = blocksOf(lines, properties);
  // The break of its last line, which may be that of the file.
  const open = lines.map((line, index) =>
    index === first ? { ...line, end: lines[to]?.end ?? line.end } : line,
  );
  return replaced(open, first, block, new Set(places));
}

/** One character a byte. */
function wantedLines(properties: Properties): string[] {
  const lines = toBytesText(textOf(properties, 'content')).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function digestOfLines(lines: readonly string[]): string {
  return digestOf(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
}

function marksOf(properties: Properties): readonly [string, string] {
  const [comment, name] = [optionalText(properties, 'comment') ?? '#', textOf(properties, 'name')];
  const close = optionalText(properties, 'comment_end');
  const tail = close === undefined ? '' : ` ${close}`;
  const mark = (word: string): string => toBytesText(`${comment} ${word} ${name}${tail}`);
  return [mark('BEGIN'), mark('END')];
}

/**
 * The lines of the marks of each block. Throws where one begins and doesn't end: nobody knows how much of
 * what follows is ours, and replacing the rest of the file would take what others wrote.
 */
function blocksOf(
  lines: readonly Line[],
  properties: Properties,
): { readonly from: number; readonly to: number }[] {
  const [begin, end] = marksOf(properties);
  const blocks: { from: number; to: number }[] = [];
  let from: number | undefined;
  for (const [index, { text }] of lines.entries()) {
    if (text === begin) {
      if (from !== undefined)
        throw new Error(`the block that begins in line ${from + 1} has no end`);
      from = index;
    }
    if (text === end && from !== undefined) {
      blocks.push({ from, to: index });
      from = undefined;
    }
  }
  if (from !== undefined) throw new Error(`the block that begins in line ${from + 1} has no end`);
  return blocks;
}

/** The lines of all blocks, marks included. */
function placesOf(lines: readonly Line[], properties: Properties): number[] {
  return blocksOf(lines, properties).flatMap(({ from, to }) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  );
}
