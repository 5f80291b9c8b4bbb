import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommand } from './parseCommand.ts';
import { tokenize } from './tokenize.ts';

const flags = {
  file: { type: 'string', short: 'f', help: '' },
  set: { type: 'string', multiple: true, help: '' },
  yes: { type: 'boolean', short: 'y', help: '' },
  quiet: { type: 'boolean', short: 'q', help: '' },
} as const;

const command = {
  path: ['do'],
  summary: '',
  flags,
  args: [
    { name: 'A', help: '' },
    { name: 'B', help: '', optional: true, variadic: true },
  ],
  run: async () => 0,
};

describe('command lines', () => {
  test.each([
    [['a', '--file', 'x'], { file: 'x' }, ['a']],
    [['a', '--file=x=y'], { file: 'x=y' }, ['a']],
    [['a', '--file='], { file: '' }, ['a']],
    [['-f', 'x', 'a'], { file: 'x' }, ['a']],
    [['-fx', 'a'], { file: 'x' }, ['a']],
    [['-yq', 'a'], { yes: true, quiet: true }, ['a']],
    [['-yfx', 'a'], { yes: true, file: 'x' }, ['a']],
    [['a', '--set', '1', '--set=2', '-y'], { set: ['1', '2'], yes: true }, ['a']],
    [['--', '--file', '-y'], {}, ['--file', '-y']],
    [['-', 'b', 'c'], {}, ['-', 'b', 'c']],
    [['--file', '-', 'a'], { file: '-' }, ['a']],
    [['a', '-5', '--file', '-1.5'], { file: '-1.5' }, ['a', '-5']],
  ])('%j', (words, expected, args) => {
    expect(parseCommand(command, words)).toEqual({ flags: expected, args });
  });

  test.each([
    [['a', '--fiel', 'x'], /--fiel/],
    [['a', '-z'], /-z/],
    [['a', '--file'], /--file needs a value/],
    [['a', '--file', '--yes'], /--file needs a value/],
    [['a', '--yes=1'], /--yes takes no value/],
    [['a', '--constructor'], /--constructor/],
    [[], /A is missing/],
  ])('%j is refused', (words, message) => {
    expect(() => parseCommand(command, words)).toThrow(message);
  });

  test('every word of a line is in its tokens, whatever the words are', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 8 })), (words) => {
        const tokens = tokenize(words, flags);
        const kept = tokens.map((token) =>
          token.kind === 'argument' ? token.value : token.typed + (token.value ?? ''),
        );
        const letters = (texts: readonly string[]): string =>
          [...texts.join('').replaceAll(/[-=]/g, '')].sort().join('');
        expect(letters(kept)).toBe(letters(words));
      }),
    ));
});
