import type { Provider } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import {
  connectionProperties,
  databaseName,
  identifier,
  prepareConnection,
  serverName,
  withConnection,
} from './connection.ts';

/** A schema in a database of a PostgreSQL server. It is deleted only when nothing is in it. */
export const postgresSchemaProvider: Provider = {
  type: 'postgres_schema',
  remote: true,
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    owner: { type: 'text', help: 'the role that owns it' },
    database: { type: 'text', help: 'the database it is in (default: that of the connection)' },
    ...connectionProperties,
  },
  attributes: {
    owner: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
  },
  bounds: { most: 4, timeout: 30_000 },
  prepare: prepareConnection,
  identity: (properties) => {
    const database = optionalText(properties, 'database') ?? databaseName(properties);
    return `${serverName(properties)}/${database}/${textOf(properties, 'name')}`;
  },
  expected: async ({ owner }) => given({ owner }),

  read: (properties, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        const [row] = await query<{ owner: string }>(
          `SELECT r.rolname AS owner FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
           WHERE n.nspname = $1`,
          [textOf(properties, 'name')],
        );
        if (row === undefined) return { exists: false };
        const owner = properties.owner === undefined ? undefined : row.owner;
        return { exists: true, attributes: given({ owner }) };
      },
      optionalText(properties, 'database'),
    ),

  apply: (properties, actual, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        const [name, owner] = [
          identifier(textOf(properties, 'name')),
          optionalText(properties, 'owner'),
        ];
        if (!actual.exists) await query(`CREATE SCHEMA ${name}`);
        if (owner !== undefined) await query(`ALTER SCHEMA ${name} OWNER TO ${identifier(owner)}`);
      },
      optionalText(properties, 'database'),
    ),

  delete: (properties, machine) =>
    withConnection(
      properties,
      machine,
      async (query) => {
        await query(`DROP SCHEMA IF EXISTS ${identifier(textOf(properties, 'name'))}`);
      },
      optionalText(properties, 'database'),
    ),

  async adopt(id, machine) {
    const properties = prepareConnection({ name: id, owner: '' }, machine);
    const actual = await postgresSchemaProvider.read(properties, machine);
    if (!actual.exists) throw new Error(`there is no schema '${id}'`);
    return { name: id, ...actual.attributes };
  },

  suggest: (properties) =>
    `ALTER SCHEMA ${identifier(textOf(properties, 'name'))} OWNER TO ${identifier(textOf(properties, 'owner'))}`,
};
