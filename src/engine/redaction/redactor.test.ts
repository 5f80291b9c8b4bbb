import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, MASK } from './redactor.ts';

/** Secrets of few letters, so that they overlap, contain and continue one another. */
const secret = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '"', '\n'),
  minLength: 1,
  maxLength: 6,
});
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '"', 'x', '\n'), maxLength: 40 });

/** What must not be readable: a secret, or a line of it. */
function forbidden(secrets: readonly string[]): string[] {
  return secrets.flatMap((each) => each.split('\n')).filter((each) => each.trim() !== '');
}

/** The masks stand for what was hidden; what is left between them is what can be read. */
function readable(redacted: string): string[] {
  return redacted.split(MASK);
}

describe('redactor', () => {
  test('no secret can be read in a redacted text', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), text, (secrets, plain) => {
        const redactor = createRedactor();
        redactor.add(secrets);
        for (const part of readable(redactor.text(plain))) {
          for (const hidden of forbidden(secrets)) expect(part).not.toContain(hidden);
        }
      }),
    );
  });

  test('a text without secrets stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (plain) => {
        const redactor = createRedactor();
        redactor.add('\u{1F511}key');
        fc.pre(!plain.includes('\u{1F511}key'));
        expect(redactor.text(plain)).toBe(plain);
      }),
    );
  });

  test('however a text is cut into pieces, the same lines come out', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(text, { maxLength: 8 }),
        (secrets, pieces) => {
          const redactor = createRedactor();
          redactor.add(secrets);
          const lines: string[] = [];
          const sink = redactor.lines((line) => lines.push(line));
          for (const piece of pieces) sink.write(piece);
          sink.end();
          const whole = pieces.join('');
          const expected = whole.split('\n').map((line) => redactor.text(line));
          if (expected.at(-1) === '') expected.pop();
          expect(lines).toEqual(expected);
        },
      ),
    );
  });

  test('a line without end is told in parts, and no secret is cut', () => {
    const redactor = createRedactor();
    redactor.add('s3cret-token');
    let told = '';
    const sink = redactor.lines((line) => {
      told += line;
    });
    const printed = 'x'.repeat(65_530) + 's3cret-token'.repeat(3) + 'y'.repeat(200_000);
    for (let at = 0; at < printed.length; at += 1000) sink.write(printed.slice(at, at + 1000));
    const before = told.length;
    sink.end();
    expect(before).toBeGreaterThan(100_000);
    expect(told).toBe(`${'x'.repeat(65_530)}${MASK}${'y'.repeat(200_000)}`);
  });

  test('overlapping secrets leave nothing of either behind', () => {
    const redactor = createRedactor();
    redactor.add(['abc', 'bcd']);
    expect(redactor.text('-abcd-')).toBe(`-${MASK}-`);
  });

  test('a secret is found as JSON and URLs spell it, and line by line', () => {
    const redactor = createRedactor();
    redactor.add({ password: 'a"b c', key: 'BEGIN\nMIIE\nEND' });
    expect(redactor.text(JSON.stringify({ p: 'a"b c' }))).toBe(`{"p":"${MASK}"}`);
    expect(redactor.text(`https://x/?p=${encodeURIComponent('a"b c')}`)).toBe(
      `https://x/?p=${MASK}`,
    );
    expect(redactor.text('line MIIE here')).toBe(`line ${MASK} here`);
  });

  test('a value is searched to its depths, keys included', () => {
    const redactor = createRedactor();
    redactor.add(['tok3n', 4711]);
    expect(redactor.contains({ list: [{ url: 'http://u:tok3n@x' }] })).toBe(true);
    expect(redactor.contains({ tok3n: 1 })).toBe(true);
    expect(redactor.contains([4711])).toBe(true);
    expect(redactor.contains({ list: [1, null, 'token'] })).toBe(false);
  });

  test('what tells nothing hides nothing', () => {
    const redactor = createRedactor();
    redactor.add(['', '  ', 'sensitive', true, null]);
    expect(redactor.text('a  sensitive true null')).toBe('a  sensitive true null');
  });
});
