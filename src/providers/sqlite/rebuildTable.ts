import type { DatabaseSync } from 'node:sqlite';
import { type ColumnDefinition, parseColumn } from './columnDefinition.ts';
import { countRows, danglingRows, tableIn } from './openTable.ts';
import { quoted, sameName, sqlTokens } from './sqlTokens.ts';
import type { TableText } from './tableText.ts';

/** What belongs to a table and goes with it: indexes and triggers, by the statements that made them. */
export function belongingsOf(database: DatabaseSync, name: string): string[] {
  return database
    .prepare(
      `SELECT sql FROM sqlite_schema
       WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL
       ORDER BY rowid`,
    )
    .all(name)
    .map(({ sql }) => String(sql));
}

/** The highest number that AUTOINCREMENT has given; `undefined` where it gives none. */
export function sequenceOf(database: DatabaseSync, name: string): number | bigint | undefined {
  const [known] = database
    .prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'`)
    .all();
  if (known === undefined) return undefined;
  const query = database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ? COLLATE NOCASE');
  query.setReadBigInts(true);
  const seq = query.get(name)?.seq;
  return typeof seq === 'bigint' ? seq : undefined;
}

/** Sets it; a number that has been given once is not given again. */
export function setSequence(
  database: DatabaseSync,
  name: string,
  seq: number | bigint | undefined,
): void {
  if (seq === undefined || !hasSequence(database)) return;
  database.prepare('DELETE FROM sqlite_sequence WHERE name = ? COLLATE NOCASE').run(name);
  database.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, seq);
}

/**
 * Builds a table anew by another statement, the documented way: a new one, all rows over, then its name.
 * Rows, their hidden numbers, indexes, triggers, the counter of AUTOINCREMENT and what other tables and
 * views refer to stay. Throws where a value would not survive it; to be called in a transaction.
 */
export function rebuildTable(
  database: DatabaseSync,
  name: string,
  before: TableText,
  next: (temporary: string) => string,
): void {
  const dangling = danglingRows(database);
  const temporary = freeName(database, name);
  database.exec(next(temporary));
  const after = tableIn(database, temporary) ?? before;
  refuseLoss(database, name, before, after);
  const columns = copiedColumns(database, name, before, after);
  const list = columns.map(quoted).join(', ');
  // Not by the conflict clauses of the new columns: these may leave rows out.
  database.exec(
    `INSERT OR ABORT INTO ${quoted(temporary)} (${list}) SELECT ${list} FROM ${quoted(name)}`,
  );
  if (countRows(database, temporary) !== countRows(database, name)) {
    throw new Error('not all of its rows would be there afterwards');
  }
  const belongings = belongingsOf(database, name);
  const seq = sequenceOf(database, name);
  database.exec(`DROP TABLE ${quoted(name)}`);
  database.exec(`ALTER TABLE ${quoted(temporary)} RENAME TO ${quoted(name)}`);
  for (const sql of belongings) database.exec(sql);
  setSequence(database, name, seq);
  const left = danglingRows(database).filter((each) => !dangling.includes(each));
  if (left.length > 0) throw new Error('rows would refer to what is not there');
}

function freeName(database: DatabaseSync, name: string): string {
  const query = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE');
  let temporary = `${name} (new)`;
  while (query.get(temporary) !== undefined) temporary += '+';
  return temporary;
}

/** Columns of both, without those that are computed; first the hidden number of each row. */
export function copiedColumns(
  database: DatabaseSync,
  name: string,
  before: TableText,
  after: TableText,
): string[] {
  const columns = after.columns
    .filter(({ name: each, definition }) => !isComputed(definition) && has(before, each))
    .map((each) => each.name);
  return [...rowNumber(database, name, before, after), ...columns];
}

/** The name by which the hidden number of each row can be taken over, where both have one. */
function rowNumber(
  database: DatabaseSync,
  name: string,
  before: TableText,
  after: TableText,
): string[] {
  const [found] = database
    .prepare(`SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE`)
    .all(name);
  const isHidden = (table: TableText): boolean => !table.columns.some(isRowNumber);
  if (found?.wr !== 0 || !isHidden(before) || !isHidden(after)) return [];
  const free = ['rowid', '_rowid_', 'oid'].find((each) => !has(before, each) && !has(after, each));
  return free === undefined ? [] : [free];
}

function isRowNumber({ definition }: { readonly definition: ColumnDefinition }): boolean {
  const { type, clauses } = definition;
  return type === 'INTEGER' && clauses.some((each) => each.startsWith('PRIMARY KEY'));
}

function has({ columns }: TableText, name: string): boolean {
  return columns.some((each) => sameName(each.name, name));
}

function isComputed({ clauses }: ColumnDefinition): boolean {
  return clauses.some((each) => each.startsWith('GENERATED'));
}

/** Another type writes values in its own way; what doesn't come back as it was is lost. */
function refuseLoss(
  database: DatabaseSync,
  name: string,
  before: TableText,
  after: TableText,
): void {
  for (const old of before.columns.filter((each) => !isComputed(each.definition))) {
    const next = after.columns.find((each) => sameName(each.name, old.name));
    if (next === undefined || isComputed(next.definition)) {
      const value = old.definition.clauses.find((each) => each.startsWith('DEFAULT '));
      const nothing = value === undefined ? 'NULL' : `(${value.slice('DEFAULT '.length)})`;
      const rows = countRows(database, name, `${quoted(old.name)} IS NOT ${nothing}`);
      if (rows > 0) throw lost(old.name, rows, next === undefined ? 'goes' : 'is computed');
    } else if (next.definition.type !== old.definition.type) {
      const rows = countChanged(database, name, old.name, next.definition.type);
      if (rows > 0) throw lost(old.name, rows, `becomes ${next.definition.type || 'untyped'}`);
    }
  }
}

function lost(column: string, rows: number, how: string): Error {
  const values = rows === 1 ? '1 value' : `${rows} values`;
  return new Error(
    `column '${column}' ${how}, and ${values} would be lost: change them in a task first`,
  );
}

function countChanged(database: DatabaseSync, name: string, column: string, type: string): number {
  database.exec(`DROP TABLE IF EXISTS temp.probe; CREATE TEMP TABLE probe (o, n ${type})`);
  const value = quoted(column);
  database.exec(`INSERT INTO temp.probe SELECT ${value}, ${value} FROM ${quoted(name)}`);
  const back = `CASE typeof(o) WHEN 'text' THEN CAST(n AS TEXT) WHEN 'integer' THEN CAST(n AS INTEGER)
    WHEN 'real' THEN CAST(n AS REAL) ELSE n END`;
  const sql = `SELECT count(*) AS n FROM temp.probe WHERE ${back} IS NOT o`;
  const count = Number(database.prepare(sql).get()?.n);
  database.exec('DROP TABLE temp.probe');
  return count;
}

function hasSequence(database: DatabaseSync): boolean {
  const query = `SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'`;
  return database.prepare(query).get() !== undefined;
}

/** Whether a column can be added to a table as it is, without building it anew; pure. */
export function canBeAdded(definition: string): boolean {
  const { clauses } = parseColumn(sqlTokens(definition));
  const value = clauses.find((each) => each.startsWith('DEFAULT '))?.slice('DEFAULT '.length);
  const isConstant = value === undefined || !/^(?:\(|CURRENT_)/.test(value);
  const needsValue = clauses.some((each) => each.startsWith('NOT NULL'));
  const hasValue = value !== undefined && value !== 'NULL';
  return (
    isConstant &&
    (!needsValue || hasValue) &&
    clauses.every((each) => /^(?:NOT NULL$|DEFAULT |COLLATE )/.test(each))
  );
}
