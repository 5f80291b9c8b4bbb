import { type ColumnDefinition, parseColumn } from './columnDefinition.ts';
import { quoted, type SqlToken, sameName, splitAtCommas, sqlTokens } from './sqlTokens.ts';

/** One column as a `CREATE TABLE` has it. */
export interface TableColumn {
  readonly name: string;
  readonly definition: ColumnDefinition;
  /** As it is written, its name too. */
  readonly text: string;
}

/** A `CREATE TABLE` statement, as SQLite keeps it. */
export interface TableText {
  readonly columns: readonly TableColumn[];
  /** Constraints of the table, as they are written. */
  readonly constraints: readonly string[];
  /** What stands behind the bracket, as `WITHOUT ROWID`. */
  readonly options: string;
}

const CONSTRAINTS = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN']);

/** Reads the statement that made a table; pure. Throws on what is none, as that of a virtual table. */
export function parseTable(sql: string): TableText {
  const tokens = sqlTokens(sql);
  const from = tokens.findIndex(({ text }) => text === '(');
  if (from === -1 || tokens[1]?.value !== 'TABLE') {
    throw new Error('it is no table with columns of its own');
  }
  const close = closingOf(tokens, from);
  const parts = splitAtCommas(tokens.slice(from + 1, close)).filter((part) => part.length > 0);
  const columns = parts.filter((part) => !isConstraint(part)).map((part) => columnOf(sql, part));
  const constraints = parts.filter(isConstraint);
  return {
    columns: withTableKey(columns, constraints),
    constraints: constraints.map((part) => textOf(sql, part)),
    options: sql.slice(tokens[close]?.end ?? sql.length).trim(),
  };
}

/** The statement that makes a table; pure. */
export function createTable(
  name: string,
  { columns, constraints, options }: Omit<TableText, 'columns'> & { columns: readonly string[] },
): string {
  const parts = [...columns, ...constraints].join(', ');
  return `CREATE TABLE ${quoted(name)} (${parts}) ${options}`.trim();
}

function closingOf(tokens: readonly SqlToken[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index++) {
    if (tokens[index]?.text === '(') depth++;
    if (tokens[index]?.text === ')' && --depth === 0) return index;
  }
  return tokens.length;
}

function columnOf(sql: string, tokens: readonly SqlToken[]): TableColumn {
  const [first, ...rest] = tokens;
  const name = first === undefined ? '' : nameIn(first);
  return { name, definition: parseColumn(rest), text: textOf(sql, tokens) };
}

function textOf(sql: string, tokens: readonly SqlToken[]): string {
  return sql.slice(tokens[0]?.start, tokens.at(-1)?.end);
}

/** SQLite also takes a text in quotes for a name. */
function nameIn({ kind, text, value }: SqlToken): string {
  if (kind === 'word') return text;
  return kind === 'string' ? value.slice(1, -1).replaceAll("''", "'") : value;
}

function isConstraint([first]: readonly SqlToken[]): boolean {
  return first?.kind === 'word' && CONSTRAINTS.has(first.value);
}

/** A key of one column is the same, whether its column says so or the table. */
function withTableKey(
  columns: readonly TableColumn[],
  parts: readonly (readonly SqlToken[])[],
): TableColumn[] {
  const keys = parts.flatMap((part) => {
    const at = part[0]?.value === 'CONSTRAINT' ? 2 : 0;
    const [primary, , open, column, close] = part.slice(at);
    if (primary?.kind !== 'word' || primary.value !== 'PRIMARY') return [];
    return open?.text === '(' && close?.text === ')' && column !== undefined ? [column] : [];
  });
  const [key] = keys;
  if (key === undefined) return [...columns];
  const name = nameIn(key);
  return columns.map((each) => {
    if (!sameName(each.name, name)) return each;
    const { type, clauses } = each.definition;
    return { ...each, definition: { type, clauses: ['PRIMARY KEY', ...clauses] } };
  });
}
