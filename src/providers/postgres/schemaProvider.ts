import type { PreImages, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import { refuseIncomplete, unkeptThen } from '../unkept.ts';
import {
  connectionProperties,
  databaseName,
  prepareConnection,
  psqlCommand,
  type Query,
  serverName,
  withConnection,
} from './connection.ts';
import { identifier, refuseName } from './names.ts';

/** It is deleted only when nothing is in it: then its owner is all there is, and who has rights on it. */
const preImages: PreImages = {
  refuses: (properties, machine, { action }) =>
    inDatabase(properties, machine, async (query) => {
      if (action === 'update') return '';
      const [row] = await query(
        'SELECT 1 FROM pg_namespace WHERE nspname = $1 AND nspacl NOTNULL',
        [textOf(properties, 'name')],
      );
      return row === undefined ? '' : 'who has rights on it is not kept';
    }),
  async keep(properties, machine, request) {
    const more = await unkeptThen(preImages, properties, machine, request);
    return { data: { ...given({ owner: await ownerOf(properties, machine) }), ...more } };
  },
  async putBack(properties, { data }, machine) {
    const isLeft = properties.owner === undefined;
    const { owner: _, ...rest } = properties;
    const actual = await postgresSchemaProvider.read(rest, machine);
    if (!actual.exists) refuseIncomplete(data);
    const owner = isLeft && actual.exists ? undefined : data.owner;
    await postgresSchemaProvider.apply({ ...rest, ...given({ owner }) }, actual, machine);
  },
};

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
  holdsData: true,
  preImages,
  bounds: { most: 4, timeout: 30_000 },
  prepare(properties, machine) {
    refuseName('name', textOf(properties, 'name'));
    return prepareConnection(properties, machine);
  },
  identity: (properties) => {
    const database = optionalText(properties, 'database') ?? databaseName(properties);
    return `${serverName(properties)}/${database}/${textOf(properties, 'name')}`;
  },
  expected: async (properties) => given({ owner: optionalText(properties, 'owner') }),

  async read(properties, machine) {
    const found = await ownerOf(properties, machine);
    if (found === undefined) return { exists: false };
    const owner = properties.owner === undefined ? undefined : found;
    return { exists: true, attributes: given({ owner }) };
  },

  apply: (properties, actual, machine) =>
    inDatabase(properties, machine, async (query) => {
      const name = identifier(textOf(properties, 'name'));
      const owner = optionalText(properties, 'owner');
      if (!actual.exists) await query(`CREATE SCHEMA ${name}`);
      if (owner !== undefined) await query(`ALTER SCHEMA ${name} OWNER TO ${identifier(owner)}`);
    }),

  delete: (properties, machine) =>
    inDatabase(properties, machine, async (query) => {
      await query(`DROP SCHEMA IF EXISTS ${identifier(textOf(properties, 'name'))}`);
    }),

  async adopt(id, machine) {
    const owner = await ownerOf(prepareConnection({ name: id }, machine), machine);
    if (owner === undefined) throw new Error(`there is no schema '${id}'`);
    return { name: id, owner };
  },

  suggest(properties, attribute) {
    const name = identifier(textOf(properties, 'name'));
    const owner = identifier(textOf(properties, 'owner'));
    const statement =
      attribute === 'owner' ? `ALTER SCHEMA ${name} OWNER TO ${owner}` : `CREATE SCHEMA ${name}`;
    return psqlCommand(properties, statement, optionalText(properties, 'database'));
  },
};

/** Works in the database that the schema is in. */
function inDatabase<T>(
  properties: Properties,
  machine: ProviderMachine,
  action: (query: Query) => Promise<T>,
): Promise<T> {
  return withConnection(properties, machine, action, optionalText(properties, 'database'));
}

function ownerOf(properties: Properties, machine: ProviderMachine): Promise<string | undefined> {
  return inDatabase(properties, machine, async (query) => {
    const [row] = await query<{ owner: string }>(
      `SELECT r.rolname AS owner FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
       WHERE n.nspname = $1`,
      [textOf(properties, 'name')],
    );
    return row?.owner;
  });
}
