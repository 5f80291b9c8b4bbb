import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { canonicalJson } from './json.ts';
import { formatSize, parseSize } from './size.ts';

describe('durations', () => {
  test.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['500ms', 500],
    ['30d', 2_592_000_000],
    ['1.5h', 5_400_000],
    ['90', 90_000],
    ['0s', 0],
    ['2W', 1_209_600_000],
  ])('%s is %i ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  test.each(['', 'soon', '-5s', '5 apples', 's', '1h30', 'ms5'])('%j is none', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  test.each([
    [0, '0s'],
    [71, '71ms'],
    [1500, '1.5s'],
    [15_000, '15s'],
    [323_000, '5m 23s'],
    [7_500_000, '2h 5m'],
    [273_600_000, '3d 4h'],
  ])('%i ms is written %s', (milliseconds, text) =>
    expect(formatDuration(milliseconds)).toBe(text),
  );

  test('what is written is read back, to the precision that was written', () =>
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 9 }), (milliseconds) => {
        const back = parseDuration(formatDuration(milliseconds)) ?? Number.NaN;
        expect(Math.abs(back - milliseconds)).toBeLessThanOrEqual(
          Math.max(50, milliseconds * 0.05),
        );
      }),
    ));
});

describe('sizes', () => {
  test.each([
    ['100MB', 1e8],
    ['1.5 GB', 1.5e9],
    ['4096', 4096],
    ['10kb', 10_000],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', 'big', '-1MB', '1XB'])('%j is none', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  );

  test('are written as people read them', () => {
    expect([formatSize(812), formatSize(1_234_567), formatSize(45e9)]).toEqual([
      '812 B',
      '1.2 MB',
      '45 GB',
    ]);
  });
});

describe('canonical JSON', () => {
  test('is JSON, and the same whatever the order of the keys', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const turned = JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
          typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).toReversed())
            : inner,
        ) as unknown;
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(turned)).toBe(text);
      }),
    ));

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [Symbol('x')], [1n]])(
    '%s is refused',
    (value) => expect(() => canonicalJson({ inside: [value] })).toThrow(TypeError),
  );

  test('a value that contains itself, over and over, is refused', () => {
    const value: unknown[] = [];
    value.push({ a: value, b: value }, value);
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
