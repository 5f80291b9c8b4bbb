/** A piece of a `.env` file: one assignment, or a line that is somebody else's. */
export type DotenvPiece =
  | { readonly kind: 'other'; readonly raw: string; readonly end: string }
  | {
      readonly kind: 'assignment';
      readonly name: string;
      /** All of it as it is written, several lines where its quotes hold them. */
      readonly raw: string;
      readonly end: string;
      /** What stands in front of the name: indentation, `export`. */
      readonly prefix: string;
      /** As a shell would set it; `undefined` where a shell would expand something in it. */
      readonly value: string | undefined;
    };

const START = /^[ \t]*(?:export[ \t]+)?(?=[A-Za-z_][A-Za-z0-9_]*[ \t]*=)/;

/** Takes a `.env` file apart, one character a byte; what `formatDotenv` gives again. */
export function parseDotenv(text: string): DotenvPiece[] {
  const pieces: DotenvPiece[] = [];
  let at = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  if (at > 0) pieces.push({ kind: 'other', raw: text.slice(0, at), end: '' });
  while (at < text.length) {
    const piece = assignmentAt(text, at) ?? otherAt(text, at);
    pieces.push(piece);
    at += piece.raw.length + piece.end.length;
  }
  return pieces;
}

/** The text of pieces. */
export function formatDotenv(pieces: readonly DotenvPiece[]): string {
  return pieces.map(({ raw, end }) => raw + end).join('');
}

/**
 * A value, written so that a shell that reads the file sets exactly it and runs nothing, and the common
 * readers of such files find the same. A value with both a quote and what a shell would expand is written
 * for the shell.
 */
export function quoteDotenv(value: string): string {
  if (/^[\w./:@%+,-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/["\\$`]/g, (each) => `\\${each}`)}"`;
}

function otherAt(text: string, at: number): DotenvPiece {
  const [line = ''] = /^[^\n]*\n?/.exec(text.slice(at)) ?? [];
  const end = /\r?\n$/.exec(line)?.[0] ?? '';
  return { kind: 'other', raw: line.slice(0, line.length - end.length), end };
}

function assignmentAt(text: string, at: number): DotenvPiece | undefined {
  const rest = text.slice(at);
  const prefix = START.exec(rest)?.[0];
  if (prefix === undefined) return undefined;
  const [head = '', name = ''] = /^([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/.exec(
    rest.slice(prefix.length),
  ) ?? ['', ''];
  const begin = at + prefix.length + head.length;
  const read = readValue(text, begin);
  if (read === undefined) return undefined;
  // A comment after the value is a part of its line.
  const [tail = ''] = /^[^\n]*\n?/.exec(text.slice(read.end)) ?? [];
  const end = /\r?\n$/.exec(tail)?.[0] ?? '';
  const last = read.end + tail.length - end.length;
  return { kind: 'assignment', name, raw: text.slice(at, last), end, prefix, value: read.value };
}

/** A value from its first character; `undefined` where a quote is never closed. */
function readValue(
  text: string,
  begin: number,
): { readonly value: string | undefined; readonly end: number } | undefined {
  let value: string | undefined = '';
  let at = begin;
  const add = (more: string | undefined): void => {
    value = value === undefined || more === undefined ? undefined : value + more;
  };
  while (at < text.length && !/[\s]/.test(text[at] ?? '')) {
    const sign = text[at];
    if (sign === "'") {
      const close = text.indexOf("'", at + 1);
      if (close === -1) return undefined;
      add(text.slice(at + 1, close));
      at = close + 1;
    } else if (sign === '"') {
      const quoted = readDoubleQuoted(text, at);
      if (quoted === undefined) return undefined;
      add(quoted.value);
      at = quoted.end;
    } else if (sign === '\\') {
      add(text[at + 1] ?? '');
      at += 2;
    } else if (sign === '#' && at === begin) break;
    else {
      add(/[$`;&|<>()]/.test(sign ?? '') ? undefined : sign);
      at += 1;
    }
  }
  return { value: moreWords(text, at) ? undefined : value, end: at };
}

/** Whether words follow on the line: a shell would run them as a program, with the variable set for that. */
function moreWords(text: string, at: number): boolean {
  const [rest = ''] = /^[^\r\n]*/.exec(text.slice(at)) ?? [];
  return rest.trim() !== '' && !/^[ \t]+#/.test(rest) && !rest.startsWith('#');
}

function readDoubleQuoted(
  text: string,
  begin: number,
): { readonly value: string | undefined; readonly end: number } | undefined {
  let value: string | undefined = '';
  for (let at = begin + 1; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '"') return { value, end: at + 1 };
    if (sign === '$' || sign === '`') value = undefined;
    else if (sign === '\\') {
      const next = text[at + 1] ?? '';
      at += 1;
      const meant: string = /["\\$`]/.test(next) ? next : next === '\n' ? '' : `\\${next}`;
      if (value !== undefined) value += meant;
    } else if (value !== undefined) value += sign;
  }
  return undefined;
}
