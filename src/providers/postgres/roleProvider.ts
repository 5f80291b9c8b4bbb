import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import { textsOf } from '../table.ts';
import {
  connectionProperties,
  identifier,
  literal,
  prepareConnection,
  serverName,
  withConnection,
} from './connection.ts';

/** What a role may be, by property: the words that say yes and no, and the column that tells. */
const RIGHTS = {
  login: ['LOGIN', 'rolcanlogin'],
  superuser: ['SUPERUSER', 'rolsuper'],
  createdb: ['CREATEDB', 'rolcreatedb'],
  createrole: ['CREATEROLE', 'rolcreaterole'],
} as const;

/** A role of a PostgreSQL server. Its password is set, and never read back. */
export const postgresRoleProvider: Provider = {
  type: 'postgres_role',
  remote: true,
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    login: { type: 'flag', help: 'whether it may log in' },
    superuser: { type: 'flag', help: 'whether it may do everything' },
    createdb: { type: 'flag', help: 'whether it may make databases' },
    createrole: { type: 'flag', help: 'whether it may make roles' },
    connection_limit: { type: 'number', help: 'most connections at the same time; -1 for any' },
    member_of: { type: 'texts', help: 'all roles whose rights it has' },
    password: { type: 'text', help: 'its password; set with every change', secret: true },
    ...connectionProperties,
  },
  attributes: {
    login: { kind: 'configuration', severity: 'high', impact: 'Nobody gets in, or anybody' },
    superuser: {
      kind: 'configuration',
      severity: 'critical',
      impact: 'Other rights than declared',
    },
    createdb: { kind: 'configuration', severity: 'medium', impact: 'Other rights than declared' },
    createrole: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
    connection_limit: { kind: 'configuration', severity: 'low', impact: 'Connections are refused' },
    member_of: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
  },
  bounds: { most: 4, timeout: 30_000 },
  prepare: prepareConnection,
  identity: (properties) => `${serverName(properties)}/${textOf(properties, 'name')}`,
  expected: async (properties) => declared(properties),

  read: (properties, machine) =>
    withConnection(properties, machine, async (query) => {
      const name = textOf(properties, 'name');
      const [row] = await query('SELECT * FROM pg_roles WHERE rolname = $1', [name]);
      if (row === undefined) return { exists: false };
      const groups = await query<{ rolname: string }>(MEMBERSHIPS, [name]);
      const all: Attributes = {
        ...Object.fromEntries(
          Object.entries(RIGHTS).map(([right, [, column]]) => [right, row[column]]),
        ),
        connection_limit: Number(row.rolconnlimit),
        member_of: groups.map((each) => each.rolname).toSorted(),
      };
      const names = Object.keys(declared(properties));
      const attributes = Object.fromEntries(names.map((each) => [each, all[each] ?? null]));
      return { exists: true, attributes };
    }),

  apply: (properties, actual, machine) =>
    withConnection(properties, machine, async (query) => {
      const role = identifier(textOf(properties, 'name'));
      await query('BEGIN');
      await query(`${actual.exists ? 'ALTER' : 'CREATE'} ROLE ${role} ${optionsOf(properties)}`);
      const wanted = textsOf(properties, 'member_of');
      if (wanted !== undefined) {
        const name = textOf(properties, 'name');
        const groups = await query<{ rolname: string }>(MEMBERSHIPS, [name]);
        const known = groups.map((each) => each.rolname);
        for (const each of known.filter((group) => !wanted.includes(group))) {
          await query(`REVOKE ${identifier(each)} FROM ${role}`);
        }
        for (const each of wanted.filter((group) => !known.includes(group))) {
          await query(`GRANT ${identifier(each)} TO ${role}`);
        }
      }
      await query('COMMIT');
    }),

  delete: (properties, machine) =>
    withConnection(properties, machine, async (query) => {
      await query(`DROP ROLE IF EXISTS ${identifier(textOf(properties, 'name'))}`);
    }),

  adopt: (id, machine) =>
    withConnection({}, machine, async (query) => {
      const [row] = await query('SELECT * FROM pg_roles WHERE rolname = $1', [id]);
      if (row === undefined) throw new Error(`there is no role '${id}'`);
      const rights = Object.entries(RIGHTS).map(([right, [, column]]) => [right, row[column]]);
      const groups = await query<{ rolname: string }>(MEMBERSHIPS, [id]);
      const member_of = groups.map((each) => each.rolname).toSorted();
      return { name: id, ...Object.fromEntries(rights), member_of };
    }),

  list: async (known, machine) => {
    const servers = new Map(known.map((each) => [serverName(each), each]));
    const found = await Promise.all(
      [...servers].map(([server, properties]) =>
        withConnection(properties, machine, async (query) => {
          const rows = await query<{ rolname: string }>(
            `SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' ORDER BY 1`,
          );
          return rows.map(({ rolname }) => {
            return { type: 'postgres_role', identity: `${server}/${rolname}`, id: rolname };
          });
        }),
      ),
    );
    return found.flat();
  },

  suggest: (properties) => {
    const { password: _, ...rest } = properties;
    return `ALTER ROLE ${identifier(textOf(properties, 'name'))} ${optionsOf(rest)}`;
  },
};

const MEMBERSHIPS = `SELECT g.rolname FROM pg_auth_members m
  JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1`;

function declared(properties: Properties): Attributes {
  const { login, superuser, createdb, createrole, connection_limit } = properties;
  const member_of = textsOf(properties, 'member_of');
  return given({ login, superuser, createdb, createrole, connection_limit, member_of });
}

function optionsOf(properties: Properties): string {
  const rights = Object.entries(RIGHTS).flatMap(([right, [word]]) => {
    const value = properties[right];
    return typeof value === 'boolean' ? [value ? word : `NO${word}`] : [];
  });
  const limit = properties.connection_limit;
  const password = optionalText(properties, 'password');
  return [
    ...rights,
    ...(typeof limit === 'number' ? [`CONNECTION LIMIT ${limit}`] : []),
    ...(password === undefined ? [] : [`PASSWORD ${literal(password)}`]),
  ].join(' ');
}
