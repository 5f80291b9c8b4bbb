import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lookAt } from '../../files/lookAt.ts';
import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { pathIn } from '../pathIn.ts';
import { textOf } from '../property.ts';
import { tableOf } from '../table.ts';

/** How long another process may hold the database, in milliseconds. */
const BUSY = 5000;

/**
 * A table of an SQLite database: its columns, each an attribute. Columns that are not declared stay;
 * one that is declared otherwise is changed by building the table anew, with every row in it.
 */
export const sqliteTableProvider: Provider = {
  type: 'sqlite_table',
  holdsData: true,
  properties: {
    database: { type: 'text', help: 'the file of the database', required: true },
    name: { type: 'text', help: 'the name of the table', required: true },
    columns: { type: 'table', help: 'type and constraints of each column by name', required: true },
  },
  // Named after the columns, which the declaration chooses.
  attributes: {},
  bounds: { most: 4, timeout: 30_000 },
  prepare: (properties, machine) => ({
    ...properties,
    database: pathIn(machine, textOf(properties, 'database')),
  }),
  identity: (properties) => `${textOf(properties, 'database')} ${textOf(properties, 'name')}`,

  /** As SQLite itself reads the declaration: another spelling of the same column is no difference. */
  async expected(properties) {
    const database = new DatabaseSync(':memory:');
    try {
      database.exec(createTable(properties, textOf(properties, 'name')));
      return describeColumns(database, textOf(properties, 'name'));
    } finally {
      database.close();
    }
  },

  async read(properties) {
    const path = textOf(properties, 'database');
    if ((await lookAt(path)) === undefined) return { exists: false };
    const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY });
    try {
      const all = describeColumns(database, textOf(properties, 'name'));
      if (Object.keys(all).length === 0) return { exists: false };
      const declared = Object.keys(tableOf(properties, 'columns')).filter((name) => name in all);
      return {
        exists: true,
        attributes: Object.fromEntries(declared.map((name) => [name, all[name] ?? null])),
      };
    } finally {
      database.close();
    }
  },

  async apply(properties, actual) {
    const path = textOf(properties, 'database');
    await mkdir(dirname(path), { recursive: true });
    const database = new DatabaseSync(path, { timeout: BUSY });
    try {
      database.exec('BEGIN IMMEDIATE');
      if (actual.exists) rebuild(database, properties);
      else database.exec(createTable(properties, textOf(properties, 'name')));
      database.exec('COMMIT');
    } finally {
      // What was not committed is as if it had never been.
      database.close();
    }
  },

  async delete(properties) {
    const path = textOf(properties, 'database');
    if ((await lookAt(path)) === undefined) return;
    const database = new DatabaseSync(path, { timeout: BUSY });
    try {
      database.exec(`DROP TABLE IF EXISTS ${quoted(textOf(properties, 'name'))}`);
    } finally {
      database.close();
    }
  },

  /** Named by its database and its name, as `data.db orders`. */
  async adopt(id, machine) {
    const [, file = '', name = ''] = /^(.+) (\S+)$/.exec(id) ?? [];
    const path = pathIn(machine, file);
    if (name === '' || (await lookAt(path)) === undefined) {
      throw new Error(`'${id}' is not a database and a table, as 'data.db orders'`);
    }
    const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY });
    try {
      const columns = describeColumns(database, name);
      if (Object.keys(columns).length === 0) throw new Error(`${path} has no table '${name}'`);
      return { database: path, name, columns };
    } finally {
      database.close();
    }
  },

  take: async (properties, actual) => ({
    ...properties,
    columns: { ...tableOf(properties, 'columns'), ...actual },
  }),

  /** The other tables of the declared databases. */
  async list(declared) {
    const paths = [...new Set(declared.map((each) => textOf(each, 'database')))];
    const existing = await Promise.all(
      paths.map(async (path) => ((await lookAt(path)) ? path : '')),
    );
    return existing.filter((path) => path !== '').flatMap(tablesOf);
  },

  suggest: (properties, attribute) => {
    const [name, column] = [quoted(textOf(properties, 'name')), quoted(attribute)];
    const type = String(tableOf(properties, 'columns')[attribute] ?? '');
    return `$ sqlite3 ${textOf(properties, 'database')} 'ALTER TABLE ${name} ADD COLUMN ${column} ${type}'`;
  },
};

function tablesOf(path: string): { type: string; identity: string; id: string }[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY });
  try {
    const rows = database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .all();
    return rows.map(({ name }) => {
      const identity = `${path} ${String(name)}`;
      return { type: 'sqlite_table', identity, id: identity };
    });
  } finally {
    database.close();
  }
}

function createTable(properties: Properties, name: string, more: readonly string[] = []): string {
  const columns = Object.entries(tableOf(properties, 'columns')).map(
    ([column, definition]) => `${quoted(column)} ${String(definition)}`,
  );
  return `CREATE TABLE ${quoted(name)} (${[...columns, ...more].join(', ')})`;
}

/** Type and constraints of each column, in one spelling. */
function describeColumns(database: DatabaseSync, table: string): Attributes {
  const rows = database.prepare('SELECT * FROM pragma_table_info(?)').all(table);
  return Object.fromEntries(
    rows.map((row) => [
      String(row.name),
      [
        String(row.type).toUpperCase(),
        Number(row.pk) > 0 ? 'PRIMARY KEY' : '',
        Number(row.notnull) > 0 ? 'NOT NULL' : '',
        row.dflt_value === null ? '' : `DEFAULT ${String(row.dflt_value)}`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    ]),
  );
}

/** The documented way to change a table in SQLite: a new one, all rows over, then its name. */
function rebuild(database: DatabaseSync, properties: Properties): void {
  const name = textOf(properties, 'name');
  const before = describeColumns(database, name);
  const declared = Object.keys(tableOf(properties, 'columns'));
  const kept = Object.entries(before).filter(([column]) => !declared.includes(column));
  const more = kept.map(([column, definition]) => `${quoted(column)} ${String(definition)}`);
  const next = `${name} (new)`;
  database.exec(createTable(properties, next, more));
  const common = Object.keys(before).map(quoted).join(', ');
  database.exec(`INSERT INTO ${quoted(next)} (${common}) SELECT ${common} FROM ${quoted(name)}`);
  const indexes = database
    .prepare(
      `SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type <> 'table' AND sql NOT NULL`,
    )
    .all(name);
  database.exec(`DROP TABLE ${quoted(name)}`);
  database.exec(`ALTER TABLE ${quoted(next)} RENAME TO ${quoted(name)}`);
  for (const { sql } of indexes) database.exec(String(sql));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
