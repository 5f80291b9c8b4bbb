import type { FlagSpec } from './CommandSpec.ts';

/** A piece of a command line. `name` of a flag is its long one where it is known. */
export type Token =
  | { readonly kind: 'argument'; readonly value: string }
  | {
      readonly kind: 'flag';
      readonly name: string;
      /** As it was typed, for errors. */
      readonly typed: string;
      readonly value: string | undefined;
    };

/**
 * Splits a command line the way GNU programs do: `--flag value`, `--flag=value`, `-f value`,
 * `-fvalue`, `-ab` for two switches, and `--` before arguments that look like flags. Whether a flag
 * is known, and has what it needs, is for the caller to say.
 *
 * Our own, because loading the runtime's parser takes a fifth of what the frequent commands may.
 */
export function tokenize(
  words: readonly string[],
  flags: Readonly<Record<string, FlagSpec>>,
): Token[] {
  const tokens: Token[] = [];
  const rest = words.toReversed();
  for (let word = rest.pop(); word !== undefined; word = rest.pop()) {
    if (word === '--') {
      for (const value of rest.toReversed()) tokens.push({ kind: 'argument', value });
      break;
    }
    if (word.startsWith('--')) tokens.push(longFlag(word, rest, flags));
    else if (looksLikeFlag(word)) tokens.push(...shortFlags(word, rest, flags));
    else tokens.push({ kind: 'argument', value: word });
  }
  return tokens;
}

function longFlag(word: string, rest: string[], flags: Readonly<Record<string, FlagSpec>>): Token {
  const at = word.indexOf('=');
  if (at !== -1) {
    const typed = word.slice(0, at);
    return { kind: 'flag', name: typed.slice(2), typed, value: word.slice(at + 1) };
  }
  const name = word.slice(2);
  const value = takesValue(flags[name]) ? takeValue(rest) : undefined;
  return { kind: 'flag', name, typed: word, value };
}

function shortFlags(
  word: string,
  rest: string[],
  flags: Readonly<Record<string, FlagSpec>>,
): Token[] {
  const tokens: Token[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const name = Object.keys(flags).find((each) => flags[each]?.short === letter) ?? letter;
    const typed = `-${letter}`;
    if (takesValue(flags[name])) {
      const attached = word.slice(at + 1);
      const value = attached === '' ? takeValue(rest) : attached;
      tokens.push({ kind: 'flag', name, typed, value });
      break;
    }
    tokens.push({ kind: 'flag', name, typed, value: undefined });
  }
  return tokens;
}

function takesValue(flag: FlagSpec | undefined): boolean {
  return flag?.type === 'string';
}

/** The next word; another flag is no value, so that a forgotten one is told and not swallowed. */
function takeValue(rest: string[]): string | undefined {
  const next = rest.at(-1);
  return next === undefined || looksLikeFlag(next) ? undefined : rest.pop();
}

/** A dash alone is a usual name of standard input, and -5 a number; neither is a flag. */
function looksLikeFlag(word: string): boolean {
  const second = word.charAt(1);
  return word.startsWith('-') && second !== '' && !(second >= '0' && second <= '9');
}
