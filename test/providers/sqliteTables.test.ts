import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Properties, ProviderMachine } from '../../src/model/provider.ts';
import { spelled } from '../../src/providers/sqlite/changeTable.ts';
import { sqliteTableProvider as provider } from '../../src/providers/sqlite/sqliteTableProvider.ts';
import { tablePreImages } from '../../src/providers/sqlite/tablePreImages.ts';
import { machineIn } from './describeProviders.ts';

let folder: string;
let machine: ProviderMachine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-tables-'));
  machine = machineIn(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const orders = (columns: Properties, name = 'orders'): Properties =>
  provider.prepare({ database: 'data.db', name, columns }, machine);

function execute<T = unknown>(use: string | ((database: DatabaseSync) => T)): T {
  const database = new DatabaseSync(join(folder, 'data.db'), {
    enableForeignKeyConstraints: false,
  });
  try {
    return typeof use === 'string' ? (database.exec(use) as T) : use(database);
  } finally {
    database.close();
  }
}

const all = (sql: string): unknown[] =>
  execute((database) => database.prepare(sql).all()).map((row) => ({ ...row }));

/** All that is in the database: its statements, and each value of each table with its type. */
function dump(): unknown {
  // A new name is written in quotes, whether it needs them or not.
  const sql = `replace(sql, 'CREATE TABLE "orders"', 'CREATE TABLE orders')`;
  const schema = all(
    `SELECT type, name, ${sql} AS sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY 1, 2`,
  );
  const names = all(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`);
  const rows = names.map((row) => {
    const { name } = row as { name: string };
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const columns = all(`SELECT name FROM pragma_table_xinfo('${name.replaceAll("'", "''")}')`);
    const values = columns.map((each) => {
      const column = `"${(each as { name: string }).name.replaceAll('"', '""')}"`;
      return `typeof(${column}) || ' ' || quote(${column})`;
    });
    const list = values.join(` || '|' || `);
    return [name, name === 'sqlite_schema' ? [] : all(`SELECT ${list} AS v FROM ${quoted}`)];
  });
  return { schema, rows: rows.toSorted() };
}

async function apply(properties: Properties): Promise<void> {
  await provider.apply(properties, await provider.read(properties, machine), machine);
}

async function isInSync(properties: Properties): Promise<boolean> {
  const actual = await provider.read(properties, machine);
  const expected = await provider.expected(properties, machine);
  return actual.exists && JSON.stringify(actual.attributes) === JSON.stringify(expected);
}

describe('a table that is built anew', () => {
  test('keeps what belongs to it, what refers to it, and every number it has given', async () => {
    execute(`
      CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, total TEXT COLLATE NOCASE UNIQUE,
        mine TEXT CHECK (mine <> 'a, b)'), twice TEXT AS (total || total), -- a comment, with (
        parent INTEGER REFERENCES orders (id) ON DELETE SET NULL,
        UNIQUE (mine, parent), CONSTRAINT "odd, name" CHECK (id > 0)) STRICT;
      CREATE INDEX by_mine ON orders (mine) WHERE mine IS NOT NULL;
      CREATE TABLE items (o INTEGER REFERENCES orders (id) ON DELETE CASCADE, n INTEGER);
      CREATE VIEW totals AS SELECT total, twice FROM orders;
      CREATE TABLE log (text TEXT);
      CREATE TRIGGER on_order AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('order'); END;
      CREATE TRIGGER on_item AFTER INSERT ON items BEGIN UPDATE orders SET mine = 'x' WHERE id = new.o; END;
      INSERT INTO orders (id, total, mine) VALUES (1, 'a', 'kept'), (2, 'b', NULL), (9, 'c', NULL);
      UPDATE orders SET parent = 1 WHERE id = 2;
      INSERT INTO items VALUES (2, 5);
      DELETE FROM orders WHERE id = 9; DELETE FROM log`);
    const before = dump() as { schema: { name: string; sql: string }[]; rows: unknown };
    const properties = orders({ id: 'INTEGER PRIMARY KEY AUTOINCREMENT', Total: 'TEXT NOT NULL' });
    expect(await isInSync(properties)).toBe(false);
    await apply(properties);
    expect(await isInSync(properties)).toBe(true);
    const after = dump() as typeof before;
    expect(after.rows).toEqual(before.rows);
    const others = (each: { name: string }): boolean => each.name !== 'orders';
    expect(after.schema.filter(others)).toEqual(before.schema.filter(others));
    const made = after.schema.find((each) => !others(each))?.sql ?? '';
    expect(made).toContain(`CHECK (mine <> 'a, b)')`);
    expect(made).toContain('CONSTRAINT "odd, name" CHECK (id > 0)');
    expect(made).toMatch(/"total" TEXT NOT NULL.*STRICT$/s);
    execute(`INSERT INTO orders (total) VALUES ('d')`);
    expect(all('SELECT max(id) AS id FROM orders')).toEqual([{ id: 10 }]);
    expect(all('SELECT * FROM log')).toEqual([{ text: 'order' }]);
  });

  test('keeps the hidden numbers of its rows, and does without them where there are none', async () => {
    execute(`CREATE TABLE orders (a TEXT, b INT); INSERT INTO orders VALUES ('x', 1), ('y', 2), ('z', 3);
      DELETE FROM orders WHERE b = 1;
      CREATE TABLE other (k TEXT, v TEXT, PRIMARY KEY (k, v)) WITHOUT ROWID;
      INSERT INTO other VALUES ('b', '1'), ('a', '2')`);
    await apply(orders({ a: 'TEXT NOT NULL' }));
    expect(all('SELECT rowid, a FROM orders')).toEqual([
      { rowid: 2, a: 'y' },
      { rowid: 3, a: 'z' },
    ]);
    const other = orders({ v: 'TEXT NOT NULL UNIQUE' }, 'OTHER');
    await apply(other);
    expect(await isInSync(other)).toBe(true);
    expect(all('SELECT k FROM other ORDER BY k')).toEqual([{ k: 'a' }, { k: 'b' }]);
    expect(JSON.stringify(dump())).toContain('WITHOUT ROWID');
  });

  test.each([
    ['leading zeros', { a: 'INTEGER' }, /column 'a' becomes INTEGER, and 1 value would be lost/],
    ['digits', { b: 'REAL' }, /column 'b' becomes REAL, and 1 value would be lost/],
    [
      'values that would be computed',
      { a: 'TEXT AS (b) STORED', b: 'INTEGER' },
      /column 'a' is computed/,
    ],
    ['nothing where something is needed', { c: 'TEXT NOT NULL' }, /NOT NULL constraint failed/],
    ['rows by a conflict clause', { d: 'INT UNIQUE ON CONFLICT REPLACE' }, /UNIQUE constraint/],
    ['what others refer to', { id: 'INTEGER' }, /foreign key mismatch/],
    ['references', { d: 'INT REFERENCES refs (id)' }, /rows would refer to what is not there/],
  ])('refuses to lose %s, and changes nothing', async (_, columns, reason) => {
    execute(`CREATE TABLE orders (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c TEXT, d INT);
      CREATE TABLE items (o INT REFERENCES orders (id)); INSERT INTO items VALUES (1);
      CREATE TABLE refs (id INTEGER PRIMARY KEY);
      INSERT INTO orders VALUES (1, '007', ${2 ** 53}, NULL, 1), (2, '8', 9007199254740993, 'x', 1)`);
    const before = dump();
    await expect(apply(orders(columns))).rejects.toThrow(reason);
    expect(dump()).toEqual(before);
  });
});

test('a column is compared with all that its definition says, however it is spelt', async () => {
  execute(`CREATE TABLE refs (id INTEGER PRIMARY KEY); CREATE TABLE orders (
    k int not null constraint pk primary key asc, [u] varchar( 10 ) unique, "d" NUMERIC default (-1),
    r INTEGER references "refs"(id) on delete set null deferrable initially deferred,
    c text collate nocase null check(c in ('a', 'B')), g as (k+1), s TEXT DEFAULT 'it''s', w DEFAULT CURRENT_DATE)`);
  const same = orders({
    k: 'INT PRIMARY KEY NOT NULL',
    U: 'VARCHAR(10) UNIQUE',
    d: 'numeric DEFAULT -1',
    r: 'INTEGER REFERENCES refs (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED',
    c: `TEXT CHECK (c IN ('a','B')) COLLATE NOCASE`,
    g: 'GENERATED ALWAYS AS (k + 1) VIRTUAL',
    s: `TEXT DEFAULT 'it''s'`,
    w: 'default current_date',
  });
  expect(await provider.read(same, machine)).toEqual({
    exists: true,
    attributes: await provider.expected(same, machine),
  });
  const before = dump();
  await apply(same);
  expect(dump()).toEqual(before);
  const other = orders({
    k: 'INT PRIMARY KEY',
    u: 'VARCHAR(10)',
    d: 'NUMERIC DEFAULT 1',
    r: 'INTEGER REFERENCES refs (id)',
    c: `TEXT CHECK (c IN ('a','b')) COLLATE NOCASE`,
    g: 'AS (k + 1) STORED',
    s: `TEXT DEFAULT 'its'`,
  });
  const expected = await provider.expected(other, machine);
  const actual = await provider.read(other, machine);
  const found = actual.exists ? actual.attributes : {};
  expect(Object.keys(expected).filter((name) => expected[name] === found[name])).toEqual([]);
});

test('any definition is spelt in a way that SQLite takes, and that is the same when it is spelt again', () => {
  const clauses = fc.shuffledSubarray([
    'primary key',
    'NOT  NULL',
    'unique',
    `default 'x, ) y'`,
    'collate nocase',
    'check (length("a b") > 0 AND 1 IN (1,2))',
    'REFERENCES t("a b") ON DELETE SET DEFAULT NOT DEFERRABLE',
    'constraint "c, (" check(1 || 2 <> 3)',
  ]);
  const type = fc.constantFrom('', 'int', 'Decimal(10 , 2)', 'double precision');
  fc.assert(
    fc.property(type, clauses, (first, rest) => {
      const definition = [first, ...rest].join(' ');
      const once = spelled(definition);
      expect(spelled(once)).toBe(once);
      const database = new DatabaseSync(':memory:');
      const columns = (text: string): unknown => {
        database.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t ("a b" ${text})`);
        return database.prepare(`SELECT * FROM pragma_table_xinfo('t')`).all();
      };
      expect(columns(once)).toMatchObject(
        (columns(definition) as object[]).map((each) => ({
          ...each,
          // The type is spelt in capitals and without blanks.
          type: expect.any(String) as string,
        })),
      );
      database.close();
    }),
  );
});

describe('a declaration is refused', () => {
  test.each([
    [{}, 'it declares no columns'],
    [{ a: 'INT); DROP TABLE t; --' }, 'it closes a bracket'],
    [{ a: 'INT; DROP TABLE t' }, 'it ends the statement'],
    [{ a: 'INT, b TEXT' }, 'it is more than one column'],
    [{ a: `DEFAULT 'x` }, "it opens ' and does not close it"],
    [{ a: 'DEFAULT (1' }, 'it opens a bracket'],
    [{ a: 'INT /* x' }, 'it has a comment in it'],
    [{ a: 'INT -- x' }, 'it has a comment in it'],
    [{ a: 'INT NOT NUL' }, 'syntax error'],
    [{ a: 5 }, 'it is no text'],
    [{ a: 'INT', A: 'TEXT' }, 'duplicate column name'],
    [{ a: 'INT PRIMARY KEY', b: 'INT PRIMARY KEY' }, 'more than one primary key'],
  ])('%j', (columns, reason) => {
    expect(() => orders(columns as Properties)).toThrow(reason);
  });
});

test('names are names, whatever is in them', async () => {
  const name = `a "b" 'c'; DROP TABLE t; --`;
  const properties = orders({ [name]: 'TEXT', 'b c': `TEXT DEFAULT 'x'` }, name);
  await apply(properties);
  execute((database) =>
    database.exec(`INSERT INTO "${name.replaceAll('"', '""')}" VALUES ('1', '2')`),
  );
  await apply(orders({ [name]: 'TEXT NOT NULL', 'b c': `TEXT DEFAULT 'x'`, more: 'INT' }, name));
  const adopted = provider.prepare(
    (await provider.adopt?.(`data.db ${name}`, machine)) ?? {},
    machine,
  );
  expect(await isInSync(adopted)).toBe(true);
  expect(provider.identity(adopted)).toBe(provider.identity(properties));
  const command = provider.suggest(properties, 'exists').replace('$ sqlite3', 'true');
  execFileSync('/bin/sh', ['-euc', command]);
  await provider.delete(properties, machine);
  expect(all('SELECT name FROM sqlite_schema')).toEqual([]);
});

test('its identity sees through links, and capitals are no difference', () => {
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  const at = (path: string, name: string): string =>
    provider.identity(provider.prepare({ database: path, name, columns: { a: '' } }, machine));
  expect(at('link/data.db', 'Orders')).toBe(at('real/data.db', 'orders'));
  writeFileSync(join(folder, 'real/data.db'), '');
  symlinkSync('real/data.db', join(folder, 'data.db'));
  expect(at('data.db', 'orders')).toBe(at('link/data.db', 'orders'));
});

test('what is no table, or no database, is told and not touched', async () => {
  execute(
    'CREATE TABLE t (a); CREATE VIEW orders AS SELECT * FROM t; CREATE VIRTUAL TABLE f USING fts5(a)',
  );
  await expect(provider.read(orders({ a: '' }), machine)).rejects.toThrow('is a view and no table');
  await expect(provider.delete(orders({ a: '' }), machine)).rejects.toThrow('is a view');
  await expect(provider.read(orders({ a: '' }, 'f'), machine)).rejects.toThrow('it is no table');
  execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', join(folder, 'pipe')]);
  const pipe = { database: join(folder, 'pipe'), name: 'orders', columns: { a: '' } };
  await expect(provider.read(pipe, machine)).rejects.toThrow('is no file');
  const nowhere = { ...pipe, database: join(folder, 'none/data.db') };
  await expect(apply(nowhere)).rejects.toThrow('none is missing: declare it as a directory');
});

test('a table that rows of others refer to is not deleted', async () => {
  execute(`CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1);
    CREATE TABLE items (o INTEGER REFERENCES orders (id) ON DELETE CASCADE); INSERT INTO items VALUES (1)`);
  const before = dump();
  await expect(provider.delete(orders({ id: 'INTEGER PRIMARY KEY' }), machine)).rejects.toThrow(
    'rows of other tables refer to its rows',
  );
  expect(dump()).toEqual(before);
  execute('DELETE FROM items');
  await provider.delete(orders({ id: 'INTEGER PRIMARY KEY' }), machine);
  expect(all(`SELECT name FROM sqlite_schema WHERE type = 'table'`)).toEqual([{ name: 'items' }]);
});

test('attributes that are left alone are neither told nor touched', async () => {
  execute(
    `CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT); INSERT INTO orders VALUES (1, 'x')`,
  );
  const properties = orders({ id: 'INTEGER PRIMARY KEY', total: 'TEXT NOT NULL', more: 'INT' });
  const left = provider.leaving?.(properties, ['total'], {}) ?? {};
  expect(await provider.expected(left, machine)).toEqual({
    id: 'INTEGER PRIMARY KEY',
    more: 'INT',
  });
  await apply(left);
  expect(all(`SELECT name, "notnull" FROM pragma_table_info('orders')`)).toEqual([
    { name: 'id', notnull: 0 },
    { name: 'total', notnull: 0 },
    { name: 'more', notnull: 0 },
  ]);
  const before = dump();
  await apply(provider.leaving?.(properties, ['id', 'TOTAL', 'more'], {}) ?? {});
  expect(dump()).toEqual(before);
});

describe('what a table was', () => {
  const schema = `
    CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, total TEXT, raw, half REAL DEFAULT 0.5) ;
    CREATE INDEX by_total ON orders (total); CREATE TABLE log (t);
    CREATE TRIGGER tr AFTER INSERT ON orders BEGIN INSERT INTO log VALUES (new.id); END;
    INSERT INTO orders VALUES (1, '2.5', x'00ff', 1), (7, NULL, 'text' || char(0) || 'y', 0.1), (9, '', 1, 2);
    DELETE FROM orders WHERE id = 9; DELETE FROM log`;
  const most = 1_000_000;

  test('comes back after its columns were changed, with the rows of meanwhile', async () => {
    execute(schema);
    const before = dump();
    const properties = orders({ total: 'REAL', more: `TEXT DEFAULT 'x'` });
    expect(await tablePreImages.refuses(properties, machine, { action: 'update', most: 0 })).toBe(
      '',
    );
    const kept = await tablePreImages.keep(properties, machine, { action: 'update', most });
    await apply(properties);
    expect(dump()).not.toEqual(before);
    await tablePreImages.putBack(properties, kept, machine);
    expect(dump()).toEqual(before);
    // Also one that has gone since, as long as its rows were few enough to be kept.
    const few = await tablePreImages.keep(properties, machine, { action: 'update', most: 100 });
    expect(few.content).toBe(undefined);
    await provider.delete(properties, machine);
    await expect(tablePreImages.putBack(properties, few, machine)).rejects.toThrow(
      'rows were not kept',
    );
    await tablePreImages.putBack(properties, kept, machine);
    expect(dump()).toEqual(before);
    await apply(properties);
    execute(
      `INSERT INTO orders (total) VALUES (4.5); ALTER TABLE orders ADD COLUMN theirs TEXT DEFAULT 'y'`,
    );
    await tablePreImages.putBack(properties, kept, machine);
    expect(all('SELECT total, theirs FROM orders WHERE id = 10')).toEqual([
      { total: '4.5', theirs: 'y' },
    ]);
    expect(all(`SELECT name FROM pragma_table_info('orders') WHERE name = 'more'`)).toEqual([]);
    await apply(properties);
    execute(`UPDATE orders SET more = 'theirs'`);
    const now = dump();
    await expect(tablePreImages.putBack(properties, kept, machine)).rejects.toThrow(
      "column 'more' goes",
    );
    expect(dump()).toEqual(now);
  });

  test('comes back after it was deleted, with every row, index, trigger and number', async () => {
    execute(schema);
    const before = dump();
    const properties = orders({ total: 'TEXT' });
    expect(await tablePreImages.refuses(properties, machine, { action: 'delete', most })).toBe('');
    const kept = await tablePreImages.keep(properties, machine, { action: 'delete', most });
    const data = JSON.parse(JSON.stringify(kept.data)) as typeof kept.data;
    await provider.delete(properties, machine);
    await tablePreImages.putBack(properties, { ...kept, data }, machine);
    expect(dump()).toEqual(before);
    // One that was made anew and is empty gives way; one with rows does not.
    await expect(tablePreImages.putBack(properties, kept, machine)).rejects.toThrow(
      'other rows in it',
    );
    expect(dump()).toEqual(before);
    execute('DELETE FROM orders');
    await tablePreImages.putBack(properties, kept, machine);
    expect(dump()).toEqual(before);
  });

  test('is refused beforehand where its rows are too many, and not where there are none', async () => {
    execute(schema);
    const properties = orders({ total: 'TEXT' });
    const request = { action: 'delete', most: 1000 } as const;
    expect(await tablePreImages.refuses(properties, machine, request)).toBe(
      'its rows are larger than 1.0 KB',
    );
    execute('DELETE FROM orders');
    expect(await tablePreImages.refuses(properties, machine, request)).toBe('');
    const before = dump();
    const kept = await tablePreImages.keep(properties, machine, request);
    await provider.delete(properties, machine);
    await tablePreImages.putBack(properties, kept, machine);
    expect(dump()).toEqual(before);
  });
});
