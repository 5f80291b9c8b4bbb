import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../model/json.ts';
import type { PreImages, Properties } from '../../model/provider.ts';
import { formatSize } from '../../model/size.ts';
import { textOf } from '../property.ts';
import { declaredColumns } from './changeTable.ts';
import { countRows, hasDatabase, inTransaction, tableIn, withDatabase } from './openTable.ts';
import {
  belongingsOf,
  copiedColumns,
  rebuildTable,
  sequenceOf,
  setSequence,
} from './rebuildTable.ts';
import { quoted, sameName } from './sqlTokens.ts';
import { createTable, parseTable } from './tableText.ts';

/** What is kept of a table, beside its rows. */
interface KeptTable extends JsonObject {
  /** Before what it was kept. */
  readonly action: 'update' | 'delete';
  readonly sql: string;
  readonly belongings: string[];
  /** Of AUTOINCREMENT; empty for none. */
  readonly sequence: string;
  /** How many rows it had. */
  readonly rows: number;
  /** The columns that its rows were kept of. */
  readonly columns: string[];
}

/**
 * What a table was: its statements, and its rows as a small database. A change of columns leaves all rows
 * where they are; then the kept ones are only for a table that has gone since, and left out where they
 * are too many.
 */
export const tablePreImages: PreImages = {
  async refuses(properties, _, { action, most }) {
    const [path, name] = [textOf(properties, 'database'), textOf(properties, 'name')];
    if (action === 'update' || !(await hasDatabase(path))) return '';
    return withDatabase(path, 'read', (database) => {
      const isLarge = tableIn(database, name) !== undefined && isLarger(database, name, most);
      return isLarge ? `its rows are larger than ${formatSize(most)}` : '';
    });
  },

  async keep(properties, _, { action, most }) {
    const [path, name] = [textOf(properties, 'database'), textOf(properties, 'name')];
    const [data, isLarge] = withDatabase(path, 'read', (database) => [
      describe(database, name, action),
      isLarger(database, name, most),
    ]);
    if (data.rows === 0 || isLarge) return { data };
    const content = await inTemporaryFile(async (file) => {
      withDatabase(file, 'write', (database) => {
        database.prepare('ATTACH ? AS source').run(path);
        const list = data.columns.map(quoted).join(', ');
        // Columns without a type take every value as it is.
        const columns = data.columns.map((_each, index) => `c${index}`).join(', ');
        database.exec(`CREATE TABLE kept (${columns})`);
        database.exec(`INSERT INTO kept SELECT ${list} FROM source.${quoted(name)}`);
      });
      return readFile(file);
    });
    return { data, content };
  },

  async putBack(properties, { data, content }) {
    const [path, name] = [textOf(properties, 'database'), textOf(properties, 'name')];
    const kept = data as KeptTable;
    await inTemporaryFile(async (file) => {
      if (content !== undefined) await writeFile(file, content);
      withDatabase(path, 'write', (database) => {
        if (content !== undefined) database.prepare('ATTACH ? AS kept').run(file);
        inTransaction(database, () => {
          const table = tableIn(database, name);
          if (table !== undefined && kept.action === 'update') {
            restoreColumns(database, properties, table, kept);
            return;
          }
          if (table !== undefined) removeEmpty(database, name);
          if (kept.rows > 0 && content === undefined) {
            throw new Error('the table is gone, and its rows were not kept');
          }
          restoreTable(database, name, kept, content !== undefined);
        });
      });
    });
  },
};

function describe(database: DatabaseSync, name: string, action: KeptTable['action']): KeptTable {
  const query = `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE`;
  const sql = String(database.prepare(query).get(name)?.sql);
  const table = parseTable(sql);
  return {
    action,
    sql,
    belongings: belongingsOf(database, name),
    sequence: String(sequenceOf(database, name) ?? ''),
    rows: countRows(database, name),
    columns: copiedColumns(database, name, table, table),
  };
}

/** The declared columns as they were; those that were not there go, where nobody has put anything in. */
function restoreColumns(
  database: DatabaseSync,
  properties: Properties,
  table: ReturnType<typeof parseTable>,
  kept: KeptTable,
): void {
  const declared = declaredColumns(properties);
  const before = parseTable(kept.sql).columns;
  const columns = table.columns.flatMap(({ name, text }) => {
    if (!declared.some((each) => sameName(each.name, name))) return [text];
    const old = before.find((each) => sameName(each.name, name));
    return old === undefined ? [] : [old.text];
  });
  const isSame = columns.join() === table.columns.map(({ text }) => text).join();
  if (isSame) return;
  const name = textOf(properties, 'name');
  rebuildTable(database, name, table, (temporary) => createTable(temporary, { ...table, columns }));
}

function restoreTable(
  database: DatabaseSync,
  name: string,
  { sql, belongings, sequence, columns }: KeptTable,
  hasRows: boolean,
): void {
  database.exec(sql);
  if (hasRows) {
    const list = columns.map(quoted).join(', ');
    database.exec(
      `INSERT OR ABORT INTO main.${quoted(name)} (${list}) SELECT * FROM kept.kept ORDER BY rowid`,
    );
  }
  for (const each of belongings) database.exec(each);
  setSequence(database, name, sequence === '' ? undefined : BigInt(sequence));
}

function removeEmpty(database: DatabaseSync, name: string): void {
  if (countRows(database, name) > 0) {
    throw new Error('there is a table of that name with other rows in it');
  }
  database.exec(`DROP TABLE ${quoted(name)}`);
}

/** Whether a table's rows take more room than may be kept; one without rows takes none. */
function isLarger(database: DatabaseSync, name: string, most: number): boolean {
  return countRows(database, name) > 0 && sizeOf(database, name) > most;
}

/** How much room the table takes, in bytes; that of all of the database where it can't tell. */
function sizeOf(database: DatabaseSync, name: string): number {
  const options = database.prepare('PRAGMA compile_options').all();
  const sql = options.some((each) => each.compile_options === 'ENABLE_DBSTAT_VTAB')
    ? 'SELECT sum(pgsize) AS size FROM dbstat WHERE name = ? COLLATE NOCASE'
    : `SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size WHERE ? <> ''`;
  return Number(database.prepare(sql).get(name)?.size ?? 0);
}

async function inTemporaryFile<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sloth-table-'));
  try {
    return await use(join(folder, 'kept.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
