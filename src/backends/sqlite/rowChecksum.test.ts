import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowChecksum } from './rowChecksum.ts';

const long = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 40 });

test('any other character, order or type of a column makes another sum', () => {
  fc.assert(
    fc.property(long, fc.nat(), (texts, at) => {
      const text = texts.join('');
      const points = [...text];
      fc.pre(points.length > 1);
      const place = at % points.length;
      const other = points.with(place, points[place] === 'a' ? 'b' : 'a').join('');
      const sum = rowChecksum([1, text, null]);
      expect(rowChecksum([1, text, null])).toBe(sum);
      expect(rowChecksum([1, other, null])).not.toBe(sum);
      expect(rowChecksum([1, points.slice(0, -1).join(''), null])).not.toBe(sum);
      expect(rowChecksum([2, text, null])).not.toBe(sum);
      expect(rowChecksum([1, text, ''])).not.toBe(sum);
      expect(rowChecksum([text, 1, null])).not.toBe(sum);
    }),
  );
});

test('any other bit of a text of a megabyte makes another sum', () => {
  const text = '0123456789abcdef'.repeat(65_536);
  const sum = rowChecksum([text]);
  for (const at of [0, 2047, 2048, 2049, 524_288, text.length - 1]) {
    const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
    expect(rowChecksum([text.slice(0, at) + other + text.slice(at + 1)])).not.toBe(sum);
  }
});
