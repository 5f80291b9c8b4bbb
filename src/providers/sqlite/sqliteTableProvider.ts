import { DatabaseSync } from 'node:sqlite';
import type { JsonValue } from '../../model/json.ts';
import type { Attributes, ListedObject, Properties, Provider } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { pathIn } from '../pathIn.ts';
import { given, textOf } from '../property.ts';
import { realPathOf } from '../realPathOf.ts';
import { tableOf } from '../table.ts';
import { changeTable, declaredColumns, makeTable, spelled } from './changeTable.ts';
import { columnProblem, columnText } from './columnDefinition.ts';
import { danglingRows, hasDatabase, inTransaction, tableIn, withDatabase } from './openTable.ts';
import { foldName, quoted, sameName } from './sqlTokens.ts';
import { tablePreImages } from './tablePreImages.ts';
import { createTable, type TableText } from './tableText.ts';

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
  prepare(properties, machine) {
    refuseWrong(properties);
    return { ...properties, database: pathIn(machine, textOf(properties, 'database')) };
  },
  identity: (properties) => identityOf(textOf(properties, 'database'), textOf(properties, 'name')),
  place: (properties) => textOf(properties, 'database'),
  async holdsNothing(properties) {
    const path = textOf(properties, 'database');
    if (!(await hasDatabase(path))) return false;
    return withDatabase(path, 'read', (database) => {
      const version = database.prepare('PRAGMA user_version').get()?.user_version;
      return version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    });
  },

  leaving: (properties, attributes) => {
    const left = Object.entries(tableOf(properties, 'columns')).filter(
      ([column]) => !attributes.some((each) => sameName(each, column)),
    );
    return { ...properties, columns: Object.fromEntries(left) };
  },
  preImages: tablePreImages,

  /** Another spelling of the same column is no difference. */
  async expected(properties) {
    const columns = declaredColumns(properties);
    return Object.fromEntries(columns.map(({ name, definition }) => [name, spelled(definition)]));
  },

  async read(properties) {
    const path = textOf(properties, 'database');
    if (!(await hasDatabase(path))) return { exists: false };
    const table = withDatabase(path, 'read', (database) =>
      tableIn(database, textOf(properties, 'name')),
    );
    if (table === undefined) return { exists: false };
    const found = declaredColumns(properties).map(({ name }) => [name, columnIn(table, name)]);
    return { exists: true, attributes: given(Object.fromEntries(found)) };
  },

  async apply(properties) {
    withDatabase(textOf(properties, 'database'), 'write', (database) => {
      inTransaction(database, () => {
        const table = tableIn(database, textOf(properties, 'name'));
        if (table === undefined) makeTable(database, properties);
        else changeTable(database, properties, table);
      });
    });
  },

  async delete(properties) {
    const [path, name] = [textOf(properties, 'database'), textOf(properties, 'name')];
    if (!(await hasDatabase(path))) return;
    withDatabase(path, 'write', (database) => {
      if (tableIn(database, name) === undefined) return;
      inTransaction(database, () => {
        const before = danglingRows(database).length;
        database.exec(`DROP TABLE ${quoted(name)}`);
        if (danglingRows(database).length <= before) return;
        throw new Error('rows of other tables refer to its rows: delete those tables first');
      });
    });
  },

  /** Named by its database and its name, as `data.db orders`. */
  async adopt(id, machine) {
    // Both may have blanks in them; the file that is there tells where the one ends.
    for (const { index } of id.matchAll(/ /g)) {
      const [path, name] = [pathIn(machine, id.slice(0, index)), id.slice(index + 1)];
      if (!(await hasDatabase(path))) continue;
      const table = withDatabase(path, 'read', (database) => tableIn(database, name));
      if (table === undefined) throw new Error(`${path} has no table '${name}'`);
      return { database: path, name, columns: columnsOf(table) };
    }
    throw new Error(`'${id}' is not a database and a table, as 'data.db orders'`);
  },

  take: async (properties, actual) => {
    const columns = Object.entries(tableOf(properties, 'columns')).map(
      ([name, definition]): [string, JsonValue | null] => [
        name,
        actual[name] === spelled(String(definition)) ? definition : (actual[name] ?? null),
      ],
    );
    const there = columns.filter(([, definition]) => definition !== null);
    return { ...properties, columns: Object.fromEntries(there) };
  },

  /** The other tables of the declared databases. */
  async list(declared) {
    const listed: ListedObject[] = [];
    for (const path of new Set(declared.map((each) => textOf(each, 'database')))) {
      if (await hasDatabase(path)) listed.push(...tablesOf(path));
    }
    return listed;
  },

  suggest: (properties, attribute) => {
    const [path, name] = [textOf(properties, 'database'), textOf(properties, 'name')];
    const column = declaredColumns(properties).find((each) => sameName(each.name, attribute));
    if (column !== undefined) {
      const wanted = `${quoted(column.name)} ${column.definition}`.trim();
      return `Build table ${quoted(name)} of ${path} anew, with the column ${wanted}`;
    }
    const columns = declaredColumns(properties).map(
      (each) => `${quoted(each.name)} ${each.definition}`,
    );
    const sql = createTable(name, { columns, constraints: [], options: '' });
    return `$ sqlite3 ${shellQuoted(path)} ${shellQuoted(sql)}`;
  },
};

/** SQLite follows a link to its database, so what the link leads to is the object. */
function identityOf(path: string, name: string): string {
  return `${realPathOf(path)} ${foldName(name)}`;
}

function tablesOf(path: string): ListedObject[] {
  const names = withDatabase(path, 'read', (database) =>
    database
      .prepare(
        `SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
      )
      .all(),
  );
  return names.map((row) => {
    const name = String(row.name);
    return { type: 'sqlite_table', identity: identityOf(path, name), id: `${path} ${name}` };
  });
}

function columnIn({ columns }: TableText, name: string): string | undefined {
  const found = columns.find((each) => sameName(each.name, name));
  return found && columnText(found.definition);
}

function columnsOf({ columns }: TableText): Attributes {
  return Object.fromEntries(columns.map(({ name, definition }) => [name, columnText(definition)]));
}

/** Whether SQLite would take the columns can be tried without a database. */
function refuseWrong(properties: Properties): void {
  const [name, columns] = [textOf(properties, 'name'), declaredColumns(properties)];
  if (name === '') throw new Error('its name is empty');
  if (columns.length === 0) throw new Error('it declares no columns');
  for (const { name: column, definition } of columns) {
    const isText = typeof tableOf(properties, 'columns')[column] === 'string';
    const problem = isText ? columnProblem(definition) : 'it is no text';
    if (problem !== '') throw new Error(`column '${column}': ${problem}`);
  }
  const database = new DatabaseSync(':memory:');
  try {
    makeTable(database, properties);
  } finally {
    database.close();
  }
}
