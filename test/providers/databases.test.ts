import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import type { Properties } from '../../src/model/provider.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';
import { describeProviders, machineIn, type Sample } from './describeProviders.ts';
import { startPostgres } from './startPostgres.ts';

const table = {
  database: 'data.db',
  name: 'orders',
  columns: { id: 'INTEGER PRIMARY KEY', total: 'REAL NOT NULL DEFAULT 0' },
};

describeProviders([
  {
    name: 'table of an SQLite database with a column of another type',
    id: 'data.db orders',
    type: 'sqlite_table',
    properties: table,
    changed: { ...table, columns: { ...table.columns, note: "text default 'none'" } },
    disturb: async (folder) => {
      const database = new DatabaseSync(join(folder, 'data.db'));
      database.exec('DROP TABLE orders; CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT)');
      database.close();
    },
    disturbed: ['total'],
  },
]);

test('a table is rebuilt with all its rows, its indexes and the columns of others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
  const provider = await findProvider('sqlite_table');
  if (provider === undefined) throw new Error('no provider');
  const machine = machineIn(folder);
  const database = new DatabaseSync(join(folder, 'data.db'));
  database.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT, mine TEXT);
    CREATE INDEX by_total ON orders (total); INSERT INTO orders VALUES (1, '2.5', 'kept')`);
  const properties = provider.prepare(table, machine);
  await provider.apply(properties, await provider.read(properties, machine), machine);
  expect(database.prepare('SELECT * FROM orders').all()).toEqual([
    { id: 1, total: 2.5, mine: 'kept' },
  ]);
  const indexes = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index'`).all();
  expect(indexes).toEqual([{ name: 'by_total' }]);
  database.close();
  const listed = (await provider.list?.([properties], machine)) ?? [];
  expect(listed.map((each) => each.identity)).toEqual([provider.identity(properties)]);
  await rm(folder, { recursive: true });
});

const server = await startPostgres();

afterAll(async () => server?.stop());

describe.skipIf(server === undefined)('PostgreSQL (skipped where its programs are missing)', () => {
  const url = server?.url ?? '';
  const query = server?.query ?? (async () => []);
  const named = (name: string, more: Properties = {}): Properties => ({ name, url, ...more });
  const { hostname: PGHOST, port: PGPORT } = new URL(url || 'postgres://none:1');
  const env = { PGHOST, PGPORT, PGUSER: 'tester', PGDATABASE: 'postgres' };
  const samples: readonly Sample[] = [
    {
      name: 'role whose rights somebody changed',
      id: 'app',
      type: 'postgres_role',
      prepare: () => query('CREATE ROLE readers'),
      dispose: () => query('DROP ROLE readers'),
      properties: named('app', { login: true, member_of: ['readers'], password: "it's \\ secret" }),
      changed: named('app', { login: true, member_of: [], connection_limit: 5 }),
      disturb: () => query('ALTER ROLE app NOLOGIN; REVOKE readers FROM app'),
      disturbed: ['login', 'member_of'],
    },
    {
      name: 'database with another owner',
      id: 'shop',
      type: 'postgres_database',
      prepare: () => query('CREATE ROLE owner_a; CREATE ROLE owner_b'),
      dispose: () => query('DROP ROLE owner_a; DROP ROLE owner_b'),
      properties: named('shop', { owner: 'owner_a', encoding: 'UTF8', connection_limit: 7 }),
      changed: named('shop', { owner: 'owner_b', encoding: 'UTF8', connection_limit: 7 }),
      disturb: () => query('ALTER DATABASE shop OWNER TO owner_b'),
      disturbed: ['owner'],
    },
    {
      name: 'database that was dropped',
      type: 'postgres_database',
      properties: named('gone', { owner: 'tester' }),
      changed: named('gone', { owner: 'tester', connection_limit: 3 }),
      disturb: () => query('DROP DATABASE gone'),
      disturbed: [],
    },
    {
      name: 'schema with another owner',
      id: 'app',
      type: 'postgres_schema',
      prepare: () => query('CREATE ROLE schema_owner'),
      dispose: () => query('DROP ROLE schema_owner'),
      properties: named('app', { owner: 'tester' }),
      changed: named('app', { owner: 'schema_owner' }),
      disturb: () => query('ALTER SCHEMA app OWNER TO schema_owner'),
      disturbed: ['owner'],
    },
    {
      name: 'grant of which a right was taken',
      id: 'clerk table public.orders',
      type: 'postgres_grant',
      prepare: () => query('CREATE ROLE clerk; CREATE TABLE orders (id int)'),
      dispose: () => query('DROP TABLE orders; DROP ROLE clerk'),
      properties: {
        role: 'clerk',
        on: 'table public.orders',
        privileges: ['select', 'INSERT'],
        url,
      },
      changed: { role: 'clerk', on: 'table public.orders', privileges: 'SELECT', url },
      disturb: () => query('REVOKE INSERT ON orders FROM clerk; GRANT DELETE ON orders TO clerk'),
      disturbed: ['privileges'],
    },
  ];
  describeProviders(samples.map((sample) => ({ ...sample, env })));

  test('a server that does not answer is an error and nothing that is missing', async () => {
    const provider = await findProvider('postgres_role');
    const machine = machineIn(tmpdir());
    const nowhere = { name: 'app', url: 'postgres://tester@127.0.0.1:1/postgres' };
    await expect(provider?.read(nowhere, machine)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('the identity of an object does not tell the password of the connection', async () => {
    const provider = await findProvider('postgres_role');
    const identity = provider?.identity({ name: 'app', url: 'postgres://u:hunter2@db.local/x' });
    expect(identity).toBe('db.local:5432/app');
  });
});
