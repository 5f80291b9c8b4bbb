/** One line of a text, and the break that ends it: empty only for a last line without one. */
export interface Line {
  readonly text: string;
  readonly end: string;
}

/** A line, and its place in the text that it was taken from, from 0. */
export interface PlacedLine extends Line {
  readonly at: number;
}

/** A text as its lines; `mark` is the byte order mark that stands in front of some. */
export interface TextLines {
  readonly mark: string;
  readonly lines: readonly Line[];
}

/** The bytes of a byte order mark in UTF-8, one character each. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** Takes a text apart at its line breaks, whatever they are; `formatLines` gives the same text again. */
export function parseLines(text: string): TextLines {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const parts = text.slice(mark.length).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return { mark, lines: parts.map(lineOf) };
}

/** The text of lines. */
export function formatLines({ mark, lines }: TextLines): string {
  return mark + lines.map(({ text, end }) => text + end).join('');
}

/** The break that new lines of a text get: that of its first line. */
export function endingOf(lines: readonly Line[]): string {
  return lines.find(({ end }) => end !== '')?.end ?? '\n';
}

/**
 * Lines with new ones at the end. Where the last one has no break, the new last one has none either, so
 * that taking them away gives the same text again.
 */
export function appended(lines: readonly Line[], texts: readonly string[]): Line[] {
  const end = endingOf(lines);
  const last = lines.at(-1);
  const isOpen = last !== undefined && last.end === '';
  const before = isOpen ? [...lines.slice(0, -1), { ...last, end }] : lines;
  const added = texts.map((text, index) => {
    return { text, end: isOpen && index === texts.length - 1 ? '' : end };
  });
  return [...before, ...added];
}

/** Lines without some of them. Where the last one goes that had no break, the one before has none then. */
export function without(lines: readonly Line[], places: ReadonlySet<number>): Line[] {
  const kept = lines.filter((_, index) => !places.has(index));
  const last = lines.at(-1);
  const isCut = last?.end === '' && places.has(lines.length - 1);
  const end = kept.at(-1);
  if (!isCut || end === undefined) return kept;
  return [...kept.slice(0, -1), { ...end, end: '' }];
}

/** Lines with one of them replaced, and others left out. */
export function replaced(
  lines: readonly Line[],
  at: number,
  texts: readonly string[],
  more: ReadonlySet<number>,
): Line[] {
  const { end = '\n' } = lines[at] ?? {};
  const break_ = end === '' ? endingOf(lines) : end;
  const put = texts.map((text, index) => {
    return { text, end: index === texts.length - 1 ? end : break_ };
  });
  const places = new Set(more);
  places.delete(at);
  return lines.flatMap((line, index) => {
    if (index === at) return put;
    return places.has(index) ? [] : [line];
  });
}

/** Lines with those that were kept of an earlier text in the place of those that are there now. */
export function putBackLines(
  lines: readonly Line[],
  places: ReadonlySet<number>,
  kept: readonly PlacedLine[],
): Line[] {
  const rest = lines.filter((_, index) => !places.has(index));
  const end = endingOf(lines);
  for (const { at, text, end: own } of kept)
    rest.splice(Math.min(at, rest.length), 0, { text, end: own });
  // Only the last line of a text may be without a break.
  return rest.map((line, index) => {
    return line.end === '' && index < rest.length - 1 ? { ...line, end } : line;
  });
}

function lineOf(part: string): Line {
  const end = /\r?\n$/.exec(part)?.[0] ?? '';
  return { text: part.slice(0, part.length - end.length), end };
}
