import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lookAt } from '../../files/lookAt.ts';
import { quoted } from './sqlTokens.ts';
import { parseTable, type TableText } from './tableText.ts';

/** How long another process may hold the database, in milliseconds. */
const BUSY = 5000;

/** Whether there is a database at a path. Rejects where something is that could be none. */
export async function hasDatabase(path: string): Promise<boolean> {
  if ((await lookAt(path)) === undefined) return false;
  // SQLite follows a link to its file, and would wait at a pipe for ever.
  refuseOther(path, await stat(path));
  return true;
}

/** Works with a database that is there, or makes it, where its folder is there. */
export function withDatabase<T>(
  path: string,
  mode: 'read' | 'write',
  use: (database: DatabaseSync) => T,
): T {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) refuseOther(path, found);
  else if (statSync(dirname(path), { throwIfNoEntry: false }) === undefined) {
    throw new Error(`the folder ${dirname(path)} is missing: declare it as a directory, too`);
  }
  const database = new DatabaseSync(path, {
    readOnly: mode === 'read',
    timeout: BUSY,
    // What other tables refer to must not go with a table that is only built anew.
    enableForeignKeyConstraints: false,
  });
  try {
    return use(database);
  } finally {
    // What was not committed is as if it had never been.
    database.close();
  }
}

/** Does all of it or nothing. */
export function inTransaction(database: DatabaseSync, action: () => void): void {
  // Elsewise a view of a table that is gone for a moment would refuse its new name.
  database.exec('PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE');
  action();
  database.exec('COMMIT');
}

/** A table as it is; `undefined` for none. Throws where the name is that of a view or the like. */
export function tableIn(database: DatabaseSync, name: string): TableText | undefined {
  const [found] = database
    .prepare(
      `SELECT type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE`,
    )
    .all(name);
  if (found === undefined) return undefined;
  if (found.type !== 'table') throw new Error(`'${name}' is a view and no table`);
  return parseTable(String(found.sql));
}

/** How many rows a table has. */
export function countRows(database: DatabaseSync, name: string, where = 'TRUE'): number {
  const sql = `SELECT count(*) AS n FROM ${quoted(name)} WHERE ${where}`;
  return Number(database.prepare(sql).get()?.n);
}

/** Rows that refer to what is not there, as a text to compare. */
export function danglingRows(database: DatabaseSync): string[] {
  const rows = database.prepare('PRAGMA foreign_key_check').all();
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

function refuseOther(path: string, found: Stats): void {
  if (!found.isFile()) throw new Error(`${path} is no file, so it can't be a database`);
}
