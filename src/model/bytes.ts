import type { JsonValue } from './json.ts';

/**
 * Bytes as the texts that hosts and languages pass to each other. Bytes that are UTF-8 are that text;
 * each byte that is none stands as one lone surrogate, U+DC80 to U+DCFF, which no valid text holds. So
 * any bytes come back as they were, and a text that holds bytes can be told by asking whether it is
 * well-formed.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Added to a byte that is no part of UTF-8. */
const ESCAPE = 0xdc00;

/** Bytes as a text; `textToBytes` gives exactly them back. */
export function bytesToText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (error) {
    // Not UTF-8 is the answer to the question, not a failure.
    if (!(error instanceof TypeError)) throw error;
    return escapedText(bytes);
  }
}

/** Bytes that should have been a text, and are none. */
export class NotText extends TypeError {
  /** The first line that holds such bytes, from 1. */
  readonly line: number;

  constructor(line: number) {
    super(`it is not UTF-8: line ${line} holds bytes that are no text`);
    this.line = line;
  }
}

/** Bytes as a text. Throws `NotText` for bytes that are none: they would become another text, silently. */
export function strictText(bytes: Uint8Array): string {
  const text = bytesToText(bytes);
  if (text.isWellFormed()) return text;
  const line = text.slice(0, text.search(/[\udc80-\udcff]/u)).split('\n').length;
  throw new NotText(line);
}

/** The bytes that a text stands for. */
export function textToBytes(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : escapedBytes(text);
}

/**
 * Where in a value bytes stand that are no text, as `the value.list[2]`; `undefined` where all of it is
 * text, keys included.
 */
export function findBytes(value: JsonValue | undefined, where: string): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : where;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value))
    return firstFound(value, (item, at) => findBytes(item, `${where}[${at}]`));
  return firstFound(Object.entries(value), ([key, item]) =>
    key.isWellFormed() ? findBytes(item, `${where}.${key}`) : `a key of ${where}`,
  );
}

function firstFound<T>(
  items: readonly T[],
  find: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Decodes bytes that come piece by piece, wherever they are cut. */
export interface ByteDecoder {
  push(bytes: Uint8Array): string;
  /** What was still waiting for the rest of a character. */
  end(): string;
}

/** Makes a decoder that gives, piece by piece, what `bytesToText` gives of the whole. */
export function createByteDecoder(): ByteDecoder {
  let rest = new Uint8Array(0);
  return {
    push(bytes) {
      const all = new Uint8Array(rest.length + bytes.length);
      all.set(rest);
      all.set(bytes, rest.length);
      const cut = all.length - unfinished(all);
      rest = all.slice(cut);
      return bytesToText(all.subarray(0, cut));
    },
    end() {
      const text = bytesToText(rest);
      rest = new Uint8Array(0);
      return text;
    },
  };
}

/** How many bytes at the end may be the beginning of a character whose rest is still to come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const needs = lengthFrom(bytes[bytes.length - back] ?? 0);
    if (needs > 0) return needs > back ? back : 0;
  }
  return 0;
}

/** How many bytes a character has by its first one; 0 for a byte that begins none. */
function lengthFrom(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function escapedText(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const code = codePointAt(bytes, at);
    if (code < 0) {
      units[length++] = ESCAPE + (bytes[at++] ?? 0);
      continue;
    }
    if (code > 0xffff) {
      units[length++] = 0xd800 + ((code - 0x10000) >> 10);
      units[length++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    } else units[length++] = code;
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return textOf(units.subarray(0, length));
}

/** The code point that begins at a place; negative where the bytes there are no UTF-8. */
function codePointAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const needs = lengthFrom(lead);
  if (needs <= 1) return needs === 1 ? lead : -1;
  let code = lead & (0x7f >> needs);
  for (let next = 1; next < needs; next++) {
    const byte = bytes[at + next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (byte & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][needs] ?? 0;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least || code > 0x10ffff || isSurrogate ? -1 : code;
}

/** In parts: a function takes only so many arguments. */
function textOf(units: Uint16Array): string {
  let text = '';
  for (let from = 0; from < units.length; from += 8192) {
    text += Reflect.apply(String.fromCharCode, null, units.subarray(from, from + 8192));
  }
  return text;
}

function escapedBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes[length++] = code - ESCAPE;
    else if (code < 0x80) bytes[length++] = code;
    else {
      const { written } = encoder.encodeInto(
        String.fromCodePoint(code),
        bytes.subarray(length, length + 4),
      );
      length += written;
      if (code > 0xffff) at++;
    }
  }
  return bytes.slice(0, length);
}
