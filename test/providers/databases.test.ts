import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import type { Properties } from '../../src/model/provider.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';
import { describeProviders, machineIn, type Sample } from './describeProviders.ts';
import { type PreparedObject, prepareObject } from './prepareObject.ts';
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

/** The words after the program, as a shell hands them on. */
function wordsOf(suggested: string): string[] {
  const command = suggested.replace('$ psql', `printf '%s\\0'`);
  return execFileSync('/bin/sh', ['-euc', command], { encoding: 'utf8' }).split('\0');
}

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

  const odd = `odd "name" o'neil; DROP TABLE t; -- \\`;
  const machine = machineIn(tmpdir(), env);
  const prepared = (type: string, properties: Properties): Promise<PreparedObject> =>
    prepareObject(type, machine, properties);

  test('names are names, whatever is in them; a command that is suggested says the same', async () => {
    await query('CREATE TABLE t (id int)');
    const at = `table public."${odd.replaceAll('"', '""')}"`;
    const role = await prepared('postgres_role', named(odd, { login: true, member_of: [] }));
    const database = await prepared('postgres_database', named(odd, { owner: odd }));
    const schema = await prepared('postgres_schema', named(odd, { owner: odd, database: odd }));
    const grant = await prepared('postgres_grant', {
      role: odd,
      on: at,
      privileges: 'SELECT',
      url,
    });
    const all = [role, database, schema];
    for (const each of all) await each.apply();
    await query(`CREATE TABLE "${odd.replaceAll('"', '""')}" (id int)`);
    await grant.apply();
    for (const { provider, properties, read } of [...all, grant]) {
      const attributes = await provider.expected(properties, machine);
      expect(await read()).toEqual({ exists: true, attributes });
      for (const attribute of ['exists', ...Object.keys(attributes)]) {
        const suggested = provider.suggest(properties, attribute);
        if (!suggested.startsWith('$ ')) continue;
        // The shell hands it on as it is meant: what comes after `--command=` is one statement.
        const [place = '', command = ''] = wordsOf(suggested);
        expect(decodeURIComponent(new URL(place).pathname)).toMatch(/^\/(?:postgres|odd .*)$/s);
        expect(command.startsWith('--command=')).toBe(true);
        if (attribute === 'exists') continue;
        const name = provider === schema.provider ? odd : 'postgres';
        await query(command.slice('--command='.length), name);
      }
    }
    const id = `${odd} ${at}`;
    expect(await grant.provider.adopt?.(id, machine)).toMatchObject({ role: odd, on: at });
    await grant.remove();
    await query(`DROP TABLE "${odd.replaceAll('"', '""')}"`);
    for (const each of all.toReversed()) await each.remove();
    expect(await query(`SELECT 1 FROM pg_tables WHERE tablename = 't'`)).toHaveLength(1);
    await query('DROP TABLE t');
  });

  test.each([
    ['postgres_role', { name: 'ä'.repeat(32) }, 'its name has 64 bytes'],
    ['postgres_role', { name: '' }, 'its name is empty'],
    ['postgres_role', { name: 'a', connection_limit: 1.5 }, 'no whole number'],
    ['postgres_role', { name: 'a', url: 'hunter2@host' }, 'its url is none of a PostgreSQL server'],
    ['postgres_database', { name: 'a', encoding: 'UTF9' }, `there is no encoding 'UTF9'`],
    ['postgres_grant', { role: 'a', on: 'table t', privileges: [] }, 'declares no privileges'],
    [
      'postgres_grant',
      { role: 'a', on: 'table t', privileges: 'ALL' },
      `no right 'ALL' on a table`,
    ],
    ['postgres_grant', { role: 'a', on: 'view t', privileges: 'SELECT' }, 'is not one of database'],
    ['postgres_grant', { role: 'a', on: 'table a.b.c', privileges: 'SELECT' }, 'is not one of'],
    ['postgres_grant', { role: 'a', on: 'table t; x', privileges: 'SELECT' }, 'is not one of'],
    [
      'postgres_grant',
      { role: 'a', on: 'table t', privileges: 'SELECT ON t TO b; --' },
      'no right',
    ],
  ])('a declaration is refused: %s %j', async (type, properties, reason) => {
    const refusal = await prepared(type, properties).catch((error: unknown) => String(error));
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain('hunter2');
  });

  test('another spelling of an encoding is no reason to make a database anew', async () => {
    const database = await prepared('postgres_database', named('spelt', { encoding: 'utf-8' }));
    await database.apply();
    expect(await database.read()).toEqual({ exists: true, attributes: { encoding: 'UTF8' } });
    expect(await database.provider.expected(database.properties, machine)).toEqual({
      encoding: 'UTF8',
    });
    await database.remove();
  });

  test('rights of everybody are read, also those that nobody gave; only what differs is changed', async () => {
    await query(
      'CREATE ROLE keeper; CREATE TABLE kept (id int); GRANT SELECT ON kept TO keeper WITH GRANT OPTION',
    );
    const everybody = await prepared('postgres_grant', {
      role: 'public',
      on: 'database postgres',
      privileges: ['connect', 'TEMP'],
      url,
    });
    expect(await everybody.read()).toEqual({
      exists: true,
      attributes: { privileges: ['CONNECT', 'TEMPORARY'] },
    });
    const more = await prepared('postgres_grant', {
      role: 'keeper',
      on: 'table kept',
      privileges: ['SELECT', 'INSERT', 'INSERT'],
      url,
    });
    const kept = await more.provider.preImages?.keep(more.properties, machine, {
      action: 'update',
      most: 0,
    });
    const rights = (): Promise<unknown> =>
      query(`SELECT relacl::text FROM pg_class WHERE relname = 'kept'`);
    const before = await rights();
    await more.apply();
    expect(JSON.stringify(await rights())).toContain('keeper=ar*/tester');
    await query('REVOKE ALL ON kept FROM keeper; GRANT DELETE ON kept TO keeper');
    await more.provider.preImages?.putBack(more.properties, kept ?? { data: {} }, machine);
    expect(await rights()).toEqual(before);
    const left = more.provider.leaving?.(more.properties, ['privileges'], {}) ?? {
      ...more.properties,
      privileges: undefined,
    };
    expect(left.privileges).toBe(undefined);
    await query('DROP TABLE kept; DROP ROLE keeper');
    expect(await more.read()).toEqual({ exists: false });
    await more.remove();
  });

  test('a role is put back with its password, its memberships and its members', async () => {
    await query(`CREATE ROLE above; CREATE ROLE below;
      CREATE ROLE kept LOGIN CREATEDB CONNECTION LIMIT 3 PASSWORD 'old'; GRANT above TO kept; GRANT kept TO below`);
    const look = (): Promise<unknown> =>
      query(`SELECT a.rolname, rolcanlogin, rolcreatedb, rolconnlimit, rolpassword,
        ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = a.oid) AS of,
        ARRAY(SELECT member::regrole::text FROM pg_auth_members WHERE roleid = a.oid) AS has
        FROM pg_authid a WHERE rolname = 'kept'`);
    const before = await look();
    const role = await prepared(
      'postgres_role',
      named('kept', { login: false, member_of: [], password: 'new' }),
    );
    const { preImages } = role.provider;
    for (const action of ['update', 'delete'] as const) {
      const request = { action, most: 0 };
      expect(await preImages?.refuses(role.properties, machine, request)).toBe('');
      const kept = await preImages?.keep(role.properties, machine, request);
      await (action === 'update' ? role.apply() : role.remove());
      expect(await look()).not.toEqual(before);
      await preImages?.putBack(role.properties, kept ?? { data: {} }, machine);
      expect(await look()).toEqual(before);
    }
    // One that nobody set a password of, and that has gone since it was changed.
    const bare = await prepared('postgres_role', named('kept', { createdb: false }));
    const update = await bare.keep('update');
    await bare.remove();
    await bare.putBack(update);
    expect(await look()).toEqual(before);
    const plain = await prepared('postgres_role', { name: 'kept' });
    const refused = (action: 'update' | 'delete'): Promise<string> | undefined =>
      preImages?.refuses(plain.properties, machine, { action, most: 0 });
    expect([await refused('update'), await refused('delete')]).toEqual([
      '',
      'its password is not kept',
    ]);
    await query('ALTER ROLE kept PASSWORD NULL; ALTER ROLE kept SET work_mem = 64000');
    expect(await refused('delete')).toBe('its settings are not kept');
    await query('DROP ROLE kept; DROP ROLE above; DROP ROLE below');
  });

  test('a database that goes can not be kept, and an owner comes back', async () => {
    await query('CREATE ROLE other; CREATE SCHEMA place AUTHORIZATION other');
    await query('CREATE DATABASE filled OWNER other CONNECTION LIMIT 4');
    const database = await prepared(
      'postgres_database',
      named('filled', { owner: 'tester', connection_limit: 9 }),
    );
    const schema = await prepared('postgres_schema', named('place', { owner: 'tester' }));
    for (const { provider, properties, apply } of [database, schema]) {
      const request = { action: 'update', most: 0 } as const;
      const kept = await provider.preImages?.keep(properties, machine, request);
      await apply();
      await provider.preImages?.putBack(properties, kept ?? { data: {} }, machine);
    }
    expect(
      await query(
        `SELECT datconnlimit AS n, datdba::regrole::text AS o FROM pg_database WHERE datname = 'filled'`,
      ),
    ).toEqual([{ n: 4, o: 'other' }]);
    expect(
      await query(`SELECT nspowner::regrole::text AS o FROM pg_namespace WHERE nspname = 'place'`),
    ).toEqual([{ o: 'other' }]);
    const request = { action: 'delete', most: 1000 } as const;
    const { preImages } = database.provider;
    expect(await preImages?.refuses(database.properties, machine, request)).toBe(
      'its contents are not kept',
    );
    await database.remove();
    // With no owner declared, a schema comes back as its owner's.
    const bare = await prepared('postgres_schema', named('place'));
    const kept = await bare.provider.preImages?.keep(bare.properties, machine, request);
    await bare.remove();
    await bare.provider.preImages?.putBack(bare.properties, kept ?? { data: {} }, machine);
    expect(
      await query(`SELECT nspowner::regrole::text AS o FROM pg_namespace WHERE nspname = 'place'`),
    ).toEqual([{ o: 'other' }]);
    await query('GRANT USAGE ON SCHEMA place TO other');
    expect(await bare.provider.preImages?.refuses(bare.properties, machine, request)).toBe(
      'who has rights on it is not kept',
    );
    await query('CREATE TABLE place.t (id int)');
    await expect(schema.remove()).rejects.toThrow('other objects depend on it');
    await query('DROP SCHEMA place CASCADE; DROP ROLE other');
  });

  test('a server that does not answer is an error and nothing that is missing', async () => {
    const provider = await findProvider('postgres_role');
    const nowhere = { name: 'app', url: 'postgres://tester@127.0.0.1:1/postgres' };
    await expect(provider?.read(nowhere, machine)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('the identity of an object does not tell the password of the connection', async () => {
    const provider = await findProvider('postgres_role');
    const identity = provider?.identity({ name: 'app', url: 'postgres://u:hunter2@db.local/x' });
    expect(identity).toBe('db.local:5432/app');
  });
});
