import type { JsonValue } from '../model/json.ts';
import { createLineRedactor } from './lineRedactor.ts';
import { coveringRanges, maskRanges } from './maskRanges.ts';

/** What a secret is replaced with. */
export const MASK = '<sensitive>';

/** Takes a text piece by piece. */
export interface TextSink {
  write(text: string): void;
  /** There is no more to come. */
  end(): void;
}

/** Knows the secrets of one run and keeps them out of every text that leaves it. */
export interface Redactor {
  /** Registers every text and number in a value; texts of several lines also line by line. */
  add(value: JsonValue): void;
  /** The text with every registered secret masked, and a mark in place of bytes that are no text. */
  text(text: string): string;
  /** Whether a registered secret stands anywhere in a value, keys included. */
  contains(value: JsonValue): boolean;
  /**
   * Masks a text that comes piece by piece, and tells it line by line, without line breaks. It does
   * not matter where the pieces are cut; a secret may lie across any number of them.
   */
  lines(tell: (line: string) => void): TextSink;
}

/**
 * Makes a redactor without secrets. Secrets are known by their text, not by where they came from: a
 * password pasted into an URL, an environment variable or an error message is found all the same,
 * also as JSON and URLs spell it. Where secrets overlap, all that any of them covers is masked.
 */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const mask = (text: string): string => {
    const masked =
      secrets.size === 0 ? text : maskRanges(text, coveringRanges(text, secrets), MASK);
    // Only now: a secret may hold bytes that are no text.
    return masked.toWellFormed();
  };

  return {
    add(value) {
      for (const text of texts(value)) {
        for (const spelling of spellings(text)) secrets.add(spelling);
      }
    },
    text: mask,
    contains(value) {
      if (secrets.size === 0) return false;
      for (const text of textsAndKeys(value)) {
        for (const secret of secrets) if (text.includes(secret)) return true;
      }
      return false;
    },
    lines: (tell) => createLineRedactor(secrets, mask, tell),
  };
}

/** How a secret may be written: as it is, in JSON, in an URL, and each of its lines alone. */
function* spellings(secret: string): Generator<string> {
  for (const text of [secret, ...secret.split(/\r?\n/)]) {
    // A part of the mask itself would be masked again and again; it tells nothing.
    if (text.trim() === '' || MASK.includes(text)) continue;
    yield text;
    yield JSON.stringify(text).slice(1, -1);
    yield encodeURIComponent(text.toWellFormed());
  }
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
