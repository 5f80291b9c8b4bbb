/** A piece of an SQL text that means something; comments and blanks are none. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'string' | 'mark';
  /** As it is written. */
  readonly text: string;
  /** A word in capitals, a quoted name without its quotes; all else as it is written. */
  readonly value: string;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

const TOKEN = new RegExp(
  [
    String.raw`(?<blank>\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<string>[xX]?'(?:[^']|'')*')`,
    String.raw`(?<name>"(?:[^"]|"")*"|\x60(?:[^\x60]|\x60\x60)*\x60|\[[^\]]*\])`,
    // Also a number, with its fraction and its exponent.
    String.raw`(?<word>(?:\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d\w*|[\w$\u0080-\u{10ffff}]+))`,
    String.raw`(?<mark>\|\||->>|->|<<|>>|<=|>=|==|<>|!=|[\s\S])`,
  ].join('|'),
  'uy',
);

/** An SQL text as SQLite would read it, piece by piece; pure. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(sql)?.groups ?? {};
    const end = TOKEN.lastIndex;
    const kind = (['word', 'name', 'string', 'mark'] as const).find(
      (each) => groups[each] !== undefined,
    );
    if (kind === undefined) continue;
    const text = sql.slice(start, end);
    tokens.push({ kind, text, value: valueOf(kind, text), start, end });
  }
  return tokens;
}

function valueOf(kind: SqlToken['kind'], text: string): string {
  if (kind === 'word') return text.toUpperCase();
  if (kind !== 'name') return text;
  const [quote = ''] = text;
  const inner = text.slice(1, -1);
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}

/** A list of tokens cut at the marks `,` that no bracket encloses; pure. */
export function splitAtCommas(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** A name, quoted for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names that are one for SQLite: it sees no difference between capitals and others of ASCII. */
export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

/** The one spelling of all names that are one for SQLite. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
