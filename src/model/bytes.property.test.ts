import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesToText, createByteDecoder, textToBytes } from './bytes.ts';

/** Bytes that are rich in what is almost UTF-8: cut characters, overlong ones, encoded surrogates. */
const almostText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => [...new TextEncoder().encode(text)]),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => [...bytes]),
      fc.constantFrom(
        [0xed, 0xa0, 0x80],
        [0xc0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xef, 0xbb, 0xbf],
        [0xe2, 0x82],
        [0xf0, 0x9f, 0x98],
        [0],
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));

describe('bytes as texts', () => {
  test('any bytes come back as they were', () => {
    fc.assert(
      fc.property(almostText, (bytes) => {
        expect(textToBytes(bytesToText(bytes))).toEqual(bytes);
      }),
    );
  });

  test('texts are texts, and only bytes that are none are not well-formed', () => {
    fc.assert(
      fc.property(almostText, (bytes) => {
        const isUtf8 = Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
        const text = bytesToText(bytes);
        expect(text.isWellFormed()).toBe(isUtf8);
        if (isUtf8) expect(text).toBe(Buffer.from(bytes).toString());
      }),
    );
  });

  test('it does not matter where bytes are cut', () => {
    fc.assert(
      fc.property(almostText, fc.array(fc.nat(60), { maxLength: 20 }), (bytes, cuts) => {
        const decoder = createByteDecoder();
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        let text = '';
        for (const [index, place] of places.entries()) {
          text += decoder.push(bytes.subarray(place, Math.max(place, places[index + 1] ?? place)));
        }
        expect(text + decoder.end()).toBe(bytesToText(bytes));
      }),
    );
  });

  test('texts joined are bytes joined', () => {
    fc.assert(
      fc.property(almostText, almostText, (a, b) => {
        const joined = textToBytes(bytesToText(a) + bytesToText(b));
        expect(joined).toEqual(Uint8Array.from([...a, ...b]));
      }),
    );
  });

  test('a mebibyte of noise goes through', () => {
    const noise = Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * 167 + (at >> 8)) & 0xff);
    expect(Buffer.compare(textToBytes(bytesToText(noise)), noise)).toBe(0);
  });
});
