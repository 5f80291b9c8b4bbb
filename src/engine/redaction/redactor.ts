import { isCommonText } from '../../model/isCommonText.ts';
import type { JsonValue } from '../../model/json.ts';
import { createLineRedactor, type TextSink } from './lineRedactor.ts';
import { coveringRanges, maskRanges } from './maskRanges.ts';
import { spellings } from './spellings.ts';

/** What a secret is replaced with. */
export const MASK = '<sensitive>';

/** Fewer characters than that stand in many a text by chance. */
const SHORTEST = 4;

/** So many characters stand in no name by chance. */
const LONG = 8;

/** Knows the secrets of one run and keeps them out of every text that leaves it. */
export interface Redactor {
  /** Registers every text and number in a value; texts of several lines also line by line. */
  add(value: JsonValue): void;
  /** The text with every registered secret masked, and a mark in place of bytes that are no text. */
  text(text: string): string;
  /** Whether a registered secret, or a password in an URL, stands anywhere in a value, keys included. */
  contains(value: JsonValue): boolean;
  /** As `add`, without texts so short that they would mask a lot beside: what holds them is hidden as a whole. */
  addLong(value: JsonValue): void;
  /** Characters of the longest spelling of a secret; at least 1. */
  longest(): number;
  /**
   * Whether a name holds a secret. Names find things, so they are stored and shown as they are. A short secret,
   * or a common one, stands in names by chance.
   */
  givesAway(name: string): boolean;
  /** The registered secrets that stand in a value, as they were registered, and the passwords in URLs. */
  secretsIn(value: JsonValue): readonly string[];
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
  const known = new Set<string>();
  const mask = (text: string): string => {
    const masked =
      secrets.size === 0 ? text : maskRanges(text, coveringRanges(text, secrets), MASK);
    // Only now: a secret may hold bytes that are no text.
    return withoutPasswords(masked).toWellFormed();
  };

  return {
    add(value) {
      for (const text of textsIn(value)) {
        // A part of the mask itself would be masked again and again; it tells nothing.
        if (text.trim() === '' || MASK.includes(text)) continue;
        known.add(text);
        for (const spelling of spellings(text)) {
          if (!MASK.includes(spelling)) secrets.add(spelling);
        }
      }
    },
    addLong(value) {
      this.add([...textsIn(value)].filter((text) => text.length >= SHORTEST));
    },
    text: mask,
    contains(value) {
      for (const text of textsAndKeys(value)) {
        for (const secret of secrets) if (text.includes(secret)) return true;
        if (passwordsIn(text).length > 0) return true;
      }
      return false;
    },
    givesAway(name) {
      const isLong = (secret: string): boolean => secret.length >= LONG && !isCommonText(secret);
      return this.secretsIn(name).some(isLong);
    },
    longest() {
      let most = 1;
      for (const secret of secrets) most = Math.max(most, secret.length);
      return most;
    },
    secretsIn(value) {
      const all = [...textsAndKeys(value)];
      const found = [...known].filter((secret) => {
        return [...spellings(secret)].some((each) => all.some((text) => text.includes(each)));
      });
      return [...new Set([...found, ...all.flatMap(passwordsIn)])];
    },
    lines: (tell) => createLineRedactor(secrets, mask, tell),
  };
}

/** A password in an URL is one wherever it stands, whether anybody called it a secret or not. */
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"']*:)([^\s/?#@"']+)(?=@)/gi;

function withoutPasswords(text: string): string {
  return text.includes('://') ? text.replace(IN_URL, `$1${MASK}`) : text;
}

function passwordsIn(text: string): string[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(IN_URL)].flatMap(([, , password = '']) =>
    password === MASK ? [] : [password],
  );
}

/** Every text and number in a value. */
export function* textsIn(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (value !== null && typeof value === 'object') yield* textsIn(Object.values(value));
}

function* textsAndKeys(value: JsonValue): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* textsAndKeys(item);
  else if (value !== null && typeof value === 'object') {
    yield* Object.keys(value);
    yield* textsAndKeys(Object.values(value));
  } else yield* textsIn(value);
}
