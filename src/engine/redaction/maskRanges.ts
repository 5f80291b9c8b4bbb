/** A piece of a text, from `start` up to but not including `end`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * All that any of some words covers in a text, in order. Overlapping and touching ranges are one:
 * masking `abc` alone in `abcd` would leave the end of a secret `bcd` to be read.
 */
export function coveringRanges(text: string, words: Iterable<string>): TextRange[] {
  const found: TextRange[] = [];
  for (const word of words) {
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      found.push({ start, end: start + word.length });
    }
  }
  found.sort((a, b) => a.start - b.start);
  const merged: TextRange[] = [];
  for (const range of found) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return merged;
}

/** A text with each of its ranges, which are in order and apart, replaced by the mask. */
export function maskRanges(text: string, ranges: readonly TextRange[], mask: string): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of ranges) {
    masked += text.slice(from, start) + mask;
    from = end;
  }
  return masked + text.slice(from);
}
