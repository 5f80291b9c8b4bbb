import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { given, textOf } from '../property.ts';
import { textsOf } from '../table.ts';
import {
  connectionProperties,
  prepareConnection,
  psqlCommand,
  serverName,
  withConnection,
} from './connection.ts';
import { identifier, refuseName } from './names.ts';
import { rolePreImages } from './rolePreImages.ts';
import { membershipsOf, RIGHTS, roleOptions, setMemberships } from './roles.ts';

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
  preImages: rolePreImages,
  bounds: { most: 4, timeout: 30_000 },
  prepare(properties, machine) {
    refuseName('name', textOf(properties, 'name'));
    const { connection_limit: limit } = properties;
    if (limit !== undefined && !Number.isSafeInteger(limit)) {
      throw new Error('its connection_limit is no whole number');
    }
    return prepareConnection(properties, machine);
  },
  identity: (properties) => `${serverName(properties)}/${textOf(properties, 'name')}`,
  expected: async (properties) => declared(properties),

  read: (properties, machine) =>
    withConnection(properties, machine, async (query) => {
      const name = textOf(properties, 'name');
      const [row] = await query('SELECT * FROM pg_roles WHERE rolname = $1', [name]);
      if (row === undefined) return { exists: false };
      const all: Attributes = {
        ...Object.fromEntries(
          Object.entries(RIGHTS).map(([right, [, column]]) => [right, row[column]]),
        ),
        connection_limit: Number(row.rolconnlimit),
        member_of: await membershipsOf(query, name),
      };
      const names = Object.keys(declared(properties));
      const attributes = Object.fromEntries(names.map((each) => [each, all[each] ?? null]));
      return { exists: true, attributes };
    }),

  apply: (properties, actual, machine) =>
    withConnection(properties, machine, async (query) => {
      const name = textOf(properties, 'name');
      await query('BEGIN');
      const verb = actual.exists ? 'ALTER' : 'CREATE';
      await query(`${verb} ROLE ${identifier(name)} ${roleOptions(properties)}`);
      const wanted = wantedMemberships(properties);
      if (wanted !== undefined) await setMemberships(query, name, wanted);
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
      const member_of = await membershipsOf(query, id);
      const connection_limit = Number(row.rolconnlimit);
      return { name: id, ...Object.fromEntries(rights), connection_limit, member_of };
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

  suggest(properties, attribute) {
    const role = identifier(textOf(properties, 'name'));
    // A password is no part of a command that others see.
    const { password: _, ...rest } = properties;
    const groups = wantedMemberships(properties) ?? [];
    if (attribute === 'member_of') {
      return groups.length === 0
        ? `Take from role ${role} all roles that it is a member of (\\drg of psql lists them)`
        : psqlCommand(properties, `GRANT ${groups.map(identifier).join(', ')} TO ${role}`);
    }
    const verb = attribute in postgresRoleProvider.attributes ? 'ALTER' : 'CREATE';
    return psqlCommand(properties, `${verb} ROLE ${role} ${roleOptions(rest)}`.trim());
  },
};

function declared(properties: Properties): Attributes {
  const { login, superuser, createdb, createrole, connection_limit } = properties;
  const member_of = wantedMemberships(properties);
  return given({ login, superuser, createdb, createrole, connection_limit, member_of });
}

function wantedMemberships(properties: Properties): string[] | undefined {
  const names = textsOf(properties, 'member_of');
  return names && [...new Set(names)];
}
