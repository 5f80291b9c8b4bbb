import type { JsonValue } from '../../../sdk/presentation.ts';

/** How one language writes values, for `literalIn`. */
export interface LiteralSyntax {
  readonly text: (text: string) => string;
  readonly number: (value: number) => string;
  readonly nothing: string;
  readonly emptyList: string;
  /** What stands around a list's items. */
  readonly list: readonly [string, string];
  /** A key with all that stands between it and its value. */
  readonly key: (key: string) => string;
}

/** The most columns of a table or a list that stands in one line. */
const WIDTH = 72;
const STEP = '    ';

/**
 * A JSON value as a literal; pure. Tables and lists stand in one line where they are short, and one
 * item a line elsewhere; `indent` is that of the line that the literal begins in.
 */
export function literalIn(syntax: LiteralSyntax, value: JsonValue, indent: string): string {
  if (value === null) return syntax.nothing;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return syntax.number(value);
  if (typeof value === 'string') return syntax.text(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return syntax.emptyList;
    const items = value.map((each) => literalIn(syntax, each, indent + STEP));
    return bracketed(syntax.list, items, indent);
  }
  const members = Object.entries(value).map(
    ([key, each]) => syntax.key(key) + literalIn(syntax, each, indent + STEP),
  );
  return members.length === 0 ? '{}' : bracketed(['{', '}'], members, indent);
}

function bracketed(
  [open, close]: readonly [string, string],
  items: readonly string[],
  indent: string,
): string {
  const inner = items.join(', ');
  const line = open === '[' ? `[${inner}]` : `${open} ${inner} ${close}`;
  if (line.length + indent.length <= WIDTH && !line.includes('\n')) return line;
  return [open, ...items.map((each) => `${indent}${STEP}${each},`), `${indent}${close}`].join('\n');
}

/**
 * Whether a text of several lines can stand as it is in a literal of several lines, also after it was
 * copied from a terminal: no tab, no blank at a line's end, nothing that can't be seen.
 */
export function isCopiedSafely(text: string): boolean {
  return text.includes('\n') && !/[ \t](?:\n|$)|\t/.test(text) && !UNSEEN.test(text);
}

/** What can't be seen or would change how the rest is shown: everything but a line break of it. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The text with each character that can't be seen as `escape` writes it; pure. */
export function escapeUnseen(text: string, escape: (code: number) => string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) =>
    escape(found.codePointAt(0) ?? 0),
  );
}
