import type { JsonValue } from './json.ts';

/** A number of a text that can't be kept as it is written. */
export class InexactNumber extends RangeError {}

/**
 * A text of JSON as a value. Throws `SyntaxError` for what is none, and `InexactNumber` for a whole number
 * that would be rounded: an identifier of 64 bits that changes without a word names something else.
 */
export function parseExactJson(text: string): JsonValue {
  // Looking at each number takes time, and most texts have none that long.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: JsonValue, context?: { readonly source?: string }) => {
    const { source = '' } = context ?? {};
    const isRounded = typeof value === 'number' && /^-?\d+$/.test(source);
    if (isRounded && !Number.isSafeInteger(value)) throw inexact(source);
    return value;
  }) as JsonValue;
}

/** Why a number is refused. */
export function inexact(written: string): InexactNumber {
  return new InexactNumber(`the number ${written} can't be kept whole; write it as a text`);
}
