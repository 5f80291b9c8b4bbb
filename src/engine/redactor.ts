import type { JsonValue } from '../model/json.ts';

/** What a secret is replaced with. */
export const MASK = '<sensitive>';

/** Knows the secrets of one run and keeps them out of every text that leaves it. */
export interface Redactor {
  /** Registers every text and number in a value; texts of several lines also line by line. */
  add(value: JsonValue): void;
  /** The text with every registered secret masked. */
  text(text: string): string;
  /** Whether a registered secret stands anywhere in a value, keys included. */
  contains(value: JsonValue): boolean;
}

/**
 * Makes a redactor without secrets. Secrets are known by their text, not by where they came from:
 * a password pasted into an URL, an environment variable or an error message is found all the
 * same. Longer secrets are masked first, so that one that contains another leaves no rest behind.
 */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let pattern: RegExp | null = null;

  function register(text: string): void {
    if (text.trim() === '') return;
    secrets.add(text);
    for (const line of text.split(/\r?\n/)) {
      if (line.trim() !== '') secrets.add(line);
    }
    const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
    pattern = new RegExp(longestFirst.map((each) => escaped(each)).join('|'), 'g');
  }

  return {
    add: (value) => {
      for (const text of texts(value)) register(text);
    },
    text: (text) => (pattern === null ? text : text.replace(pattern, MASK)),
    contains(value) {
      if (pattern === null) return false;
      for (const text of textsAndKeys(value)) {
        pattern.lastIndex = 0;
        if (pattern.test(text)) return true;
      }
      return false;
    },
  };
}

function* texts(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (value !== null && typeof value === 'object') yield* texts(Object.values(value));
}

function* textsAndKeys(value: JsonValue): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* textsAndKeys(item);
  else if (value !== null && typeof value === 'object') {
    yield* Object.keys(value);
    yield* textsAndKeys(Object.values(value));
  } else yield* texts(value);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
