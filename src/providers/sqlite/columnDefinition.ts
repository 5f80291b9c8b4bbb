import { type SqlToken, sqlTokens } from './sqlTokens.ts';

/** What a column's definition says, in one spelling of its own. */
export interface ColumnDefinition {
  /** `DECIMAL(10, 2)`; empty for none. */
  readonly type: string;
  /** Each constraint by its first word, as `NOT NULL`, in the order in which they are told. */
  readonly clauses: readonly string[];
}

/** The first words of constraints, in the order in which they are told. */
const ORDER = [
  'PRIMARY',
  'NOT',
  'UNIQUE',
  'DEFAULT',
  'COLLATE',
  'CHECK',
  'REFERENCES',
  'GENERATED',
];
const STARTS = new Set([...ORDER, 'NULL', 'AS', 'CONSTRAINT']);

/**
 * Reads type and constraints of a column; pure. Two spellings of one definition read the same. Names of
 * constraints, and what says only what holds anyway (`NULL`, `ASC`), are left out.
 */
export function parseColumn(tokens: readonly SqlToken[]): ColumnDefinition {
  const parts = cutAtClauses(tokens);
  const [type = [], ...rest] = parts;
  const clauses = rest.map(clauseText).filter((each) => each !== '');
  const rank = (clause: string): number => ORDER.findIndex((each) => clause.startsWith(each));
  return {
    type: joined(type),
    clauses: clauses.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  };
}

/** A definition as a text, in one spelling; pure. */
export function columnText({ type, clauses }: ColumnDefinition): string {
  return [type, ...clauses].filter((part) => part !== '').join(' ');
}

/** What is wrong with a definition, as a phrase; empty for one that is nothing but a column's; pure. */
export function columnProblem(definition: string): string {
  let depth = 0;
  for (const { kind, text } of sqlTokens(definition)) {
    if (text === '(') depth++;
    if (text === ')') depth--;
    if (depth < 0) return 'it closes a bracket that it did not open';
    if (text === ';') return 'it ends the statement';
    if (text === ',' && depth === 0) return 'it is more than one column';
    if (kind === 'mark' && `'"\`[`.includes(text)) return `it opens ${text} and does not close it`;
  }
  if (depth > 0) return 'it opens a bracket and does not close it';
  return /--|\/\*/.test(withoutTexts(definition)) ? 'it has a comment in it' : '';
}

function withoutTexts(definition: string): string {
  const tokens = sqlTokens(definition).filter(({ kind }) => kind === 'string' || kind === 'name');
  let text = definition;
  for (const { start, end } of tokens.toReversed()) text = text.slice(0, start) + text.slice(end);
  return text;
}

/** The type, and each constraint: a word that begins one in one place belongs to another elsewhere. */
function cutAtClauses(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.value ?? '';
    const next = tokens[index + 1]?.value ?? '';
    if (token.text === ')') depth--;
    if (depth === 0 && token.kind === 'word' && beginsClause(token.value, before, next)) {
      parts.push([]);
    }
    if (token.text === '(') depth++;
    parts.at(-1)?.push(token);
  }
  return parts;
}

function beginsClause(word: string, before: string, next: string): boolean {
  if (!STARTS.has(word)) return false;
  // ON DELETE SET NULL, NOT NULL, DEFAULT NULL, GENERATED ALWAYS AS, NOT DEFERRABLE.
  if (word === 'NULL') return !['SET', 'NOT', 'DEFAULT'].includes(before);
  if (word === 'DEFAULT') return before !== 'SET';
  if (word === 'AS') return before !== 'ALWAYS';
  return word !== 'NOT' || next === 'NULL';
}

function clauseText(tokens: readonly SqlToken[]): string {
  const [first] = tokens;
  switch (first?.value) {
    case 'CONSTRAINT':
    case 'NULL':
      return '';
    case 'PRIMARY':
      return joined(tokens.filter(({ value }) => value !== 'ASC'));
    case 'DEFAULT':
      return `DEFAULT ${defaultText(unwrapped(tokens.slice(1)))}`;
    case 'AS':
    case 'GENERATED':
      return generatedText(tokens);
    case 'REFERENCES':
    case 'COLLATE':
      return joined(tokens.map(plainName));
    default:
      return joined(tokens);
  }
}

const LITERALS = new Set(['NULL', 'TRUE', 'FALSE']);

/** Any other word by itself is a text to SQLite, as it is written. */
function defaultText(tokens: readonly SqlToken[]): string {
  const [first] = tokens;
  const isText = tokens.length === 1 && first?.kind === 'word' && /^[A-Za-z]/.test(first.text);
  const isKnown = LITERALS.has(first?.value ?? '') || first?.value.startsWith('CURRENT_') === true;
  return isText && !isKnown ? first.text : joined(tokens).replace(/^([+-]) /, '$1');
}

function generatedText(tokens: readonly SqlToken[]): string {
  const from = tokens.findIndex(({ text }) => text === '(');
  const isStored = tokens.at(-1)?.value === 'STORED';
  const expression = tokens
    .slice(from)
    .filter(
      ({ value }, index, all) => index < all.length - 1 || !['STORED', 'VIRTUAL'].includes(value),
    );
  return `GENERATED ALWAYS AS ${joined(expression)} ${isStored ? 'STORED' : 'VIRTUAL'}`;
}

/** A name of a table is the same with quotes and without, where it needs none. */
function plainName(token: SqlToken): SqlToken {
  if (token.kind !== 'name' || !/^[A-Za-z_]\w*$/.test(token.value)) return token;
  return { ...token, kind: 'word', text: token.value, value: token.value.toUpperCase() };
}

/** `(0)` is `0`, where one bracket encloses nothing but a literal and its sign. */
function unwrapped(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const inner = tokens.slice(1, -1);
  const isEnclosed = tokens[0]?.text === '(' && tokens.at(-1)?.text === ')';
  const isSigned = inner.length === 2 && '+-'.includes(inner[0]?.text ?? '');
  return isEnclosed && (inner.length === 1 || isSigned) ? inner : tokens;
}

function joined(tokens: readonly SqlToken[]): string {
  let text = '';
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.text ?? '(';
    const isTight = before === '(' || before === '.';
    const isGlued = [',', ')', '.'].includes(token.text) || (token.text === '(' && index > 0);
    text += `${isTight || isGlued ? '' : ' '}${token.kind === 'word' ? token.value : token.text}`;
  }
  return text;
}
