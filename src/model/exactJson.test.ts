import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InexactNumber, parseExactJson } from './exactJson.ts';

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** The same whole number as people and programs write it. */
function spellings(number: bigint): string[] {
  const digits = String(number);
  const [, sign = '', first = '', rest = ''] = /^(-?)(\d)(\d*)$/.exec(digits) ?? [];
  return [digits, `${digits}.0`, `${digits}e0`, `${sign}${first}.${rest || '0'}E+${rest.length}`];
}

/** What a number is, read from its own digits. */
function wholeOf(value: number): bigint {
  const [mantissa = '', power = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(power) - fraction.length);
}

test('a whole number arrives as it was written, or is refused', () => {
  const number = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
  const near = fc.bigInt({ min: LARGEST - 20n, max: LARGEST + 20n });
  fc.assert(
    fc.property(fc.oneof(number, near), (written) => {
      const isSafe = written <= LARGEST && written >= -LARGEST;
      for (const text of spellings(written)) {
        try {
          const value = parseExactJson(text) as number;
          expect(wholeOf(value)).toBe(written);
        } catch (error) {
          expect(error).toBeInstanceOf(InexactNumber);
          expect(isSafe).toBe(false);
        }
      }
    }),
  );
});

test.each(['1e400', '-1e400', '1e-400', '[{"a":1e999}]', '18446744073709551615'])(
  '%s is refused, however large or small it is',
  (text) => {
    expect(() => parseExactJson(text)).toThrow(InexactNumber);
  },
);

test.each(['0', '-0.0', '0e9', '0.1', '3.141592653589793238', '1e22', '1.5e300', '5e-324'])(
  '%s is as near as numbers are',
  (text) => {
    expect(parseExactJson(text)).toBe(JSON.parse(text));
  },
);
