import type { Properties, Provider } from '../../model/provider.ts';
import { optionalText, textOf } from '../property.ts';
import { textsOf } from '../table.ts';
import {
  connectionProperties,
  databaseName,
  identifier,
  prepareConnection,
  type Query,
  serverName,
  withConnection,
} from './connection.ts';

/** Where PostgreSQL keeps the rights on each sort of object, and how an object of it is found. */
const CATALOGUES = {
  database: { table: 'pg_database', acl: 'datacl', find: 'datname = $1' },
  schema: { table: 'pg_namespace', acl: 'nspacl', find: 'nspname = $1' },
  table: { table: 'pg_class', acl: 'relacl', find: 'oid = $1::regclass' },
  sequence: { table: 'pg_class', acl: 'relacl', find: 'oid = $1::regclass' },
} as const;

type Sort = keyof typeof CATALOGUES;

/** The rights of one role on one object of a PostgreSQL server: exactly those that are declared. */
export const postgresGrantProvider: Provider = {
  type: 'postgres_grant',
  remote: true,
  properties: {
    role: { type: 'text', help: 'who has the rights', required: true },
    on: { type: 'text', help: 'database, schema, table or sequence, and its name', required: true },
    privileges: { type: 'texts', help: 'the rights, as SELECT and INSERT', required: true },
    database: { type: 'text', help: 'the database it is in (default: that of the connection)' },
    ...connectionProperties,
  },
  attributes: {
    privileges: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
  },
  bounds: { most: 4, timeout: 30_000 },

  prepare(properties, machine) {
    objectOf(properties);
    return prepareConnection(properties, machine);
  },

  identity: (properties) => {
    const database = optionalText(properties, 'database') ?? databaseName(properties);
    const { sort, name } = objectOf(properties);
    return `${serverName(properties)}/${database}/${sort} ${name}/${textOf(properties, 'role')}`;
  },

  expected: async (properties) => ({ privileges: wantedOf(properties) }),

  read: (properties, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        const privileges = await rightsOf(query, properties);
        return privileges.length === 0
          ? { exists: false }
          : { exists: true, attributes: { privileges } };
      },
      optionalText(properties, 'database'),
    ),

  apply: (properties, _, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        const [place, role] = [placeOf(properties), identifier(textOf(properties, 'role'))];
        await query('BEGIN');
        await query(`REVOKE ALL ON ${place} FROM ${role}`);
        await query(`GRANT ${wantedOf(properties).join(', ')} ON ${place} TO ${role}`);
        await query('COMMIT');
      },
      optionalText(properties, 'database'),
    ),

  delete: (properties, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        // Of an object or a role that is gone there is nothing to take back.
        if ((await rightsOf(query, properties)).length === 0) return;
        const role = identifier(textOf(properties, 'role'));
        await query(`REVOKE ALL ON ${placeOf(properties)} FROM ${role}`);
      },
      optionalText(properties, 'database'),
    ),

  /** Named by the role and the object, as `clerk table public.orders`. */
  async adopt(id, machine) {
    const [, role = '', on = ''] = /^(\S+) (\S+ \S+)$/.exec(id) ?? [];
    const properties = prepareConnection({ role, on, privileges: [] }, machine);
    const actual = await postgresGrantProvider.read(properties, machine);
    if (!actual.exists) throw new Error(`'${role}' has no rights on ${on}`);
    return { role, on, ...actual.attributes };
  },

  suggest: (properties) =>
    `GRANT ${wantedOf(properties).join(', ')} ON ${placeOf(properties)} TO ${identifier(textOf(properties, 'role'))}`,
};

function wantedOf(properties: Properties): string[] {
  return (textsOf(properties, 'privileges') ?? []).map((each) => each.toUpperCase()).toSorted();
}

function objectOf(properties: Properties): { readonly sort: Sort; readonly name: string } {
  const on = textOf(properties, 'on');
  const [sort = '', ...rest] = on.split(/\s+/);
  const word = sort.toLowerCase();
  if (!(word in CATALOGUES) || rest.length !== 1) {
    const sorts = Object.keys(CATALOGUES).join(', ');
    throw new Error(`on '${on}' is not one of ${sorts} and a name, as 'table public.orders'`);
  }
  return { sort: word as Sort, name: rest[0] ?? '' };
}

function placeOf(properties: Properties): string {
  const { sort, name } = objectOf(properties);
  const quoted = sort === 'database' ? identifier(name) : name.split('.').map(identifier).join('.');
  return `${sort.toUpperCase()} ${quoted}`;
}

async function rightsOf(query: Query, properties: Properties): Promise<string[]> {
  const { sort, name } = objectOf(properties);
  const { table, acl, find } = CATALOGUES[sort];
  const place = find.includes('regclass') ? name.split('.').map(identifier).join('.') : name;
  const rows = await query<{ right: string }>(
    `SELECT a.privilege_type AS right FROM ${table} o, aclexplode(o.${acl}) a
     JOIN pg_roles r ON r.oid = a.grantee WHERE o.${find} AND r.rolname = $2`,
    [place, textOf(properties, 'role')],
  );
  return rows.map((row) => row.right).toSorted();
}
