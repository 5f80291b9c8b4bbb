import type { JsonValue } from './json.ts';

/** A number of a text that can't be kept as it is written. */
export class InexactNumber extends RangeError {}

/**
 * A text of JSON as a value. Throws `SyntaxError` for what is none, and `InexactNumber` for a number that
 * would become another: an identifier of 64 bits that changes without a word names something else.
 */
export function parseExactJson(text: string): JsonValue {
  // Looking at each number takes time, and most texts have none that long or that large.
  if (!/\d[\d.]{15}|\d[eE]/.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: JsonValue, context?: { readonly source?: string }) => {
    if (typeof value === 'number') assertExact(context?.source ?? String(value), value);
    return value;
  }) as JsonValue;
}

/** Throws `InexactNumber` where a number is not the one that was written. */
export function assertExact(written: string, value: number): void {
  if (!isExact(written, value)) throw inexact(written);
}

/** Why a number is refused. */
export function inexact(written: string): InexactNumber {
  return new InexactNumber(`the number ${written} can't be kept whole; write it as a text`);
}

/**
 * Whether a number is the one that was written, in decimal digits. Written as a whole number it has to be
 * one that can be counted with; written otherwise (`9007199254740993.0`, `1e22`) and larger than those, its
 * digits have to come back. A small fraction is as near as fractions ever are.
 */
export function isExact(written: string, value: number): boolean {
  if (Number.isSafeInteger(value)) return value !== 0 || !/[1-9]/.test(mantissaOf(written));
  if (!Number.isFinite(value) || /^[-+]?\d+$/.test(written)) return false;
  if (Math.abs(value) < Number.MAX_SAFE_INTEGER) return true;
  return digitsOf(written) === digitsOf(String(value));
}

function mantissaOf(written: string): string {
  return written.split(/e/i)[0] ?? '';
}

/** The digits that count, and the power of ten behind them: `90` and `9.0e1` give the same. */
function digitsOf(written: string): string {
  const [, whole = '', fraction = '', power = '0'] =
    /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(written) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return `${digits}e${Number(power) - fraction.length + all.length - digits.length}`;
}
