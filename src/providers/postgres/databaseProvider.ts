import type { Attributes, PreImages, Properties, Provider } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import {
  connectionProperties,
  prepareConnection,
  psqlCommand,
  serverName,
  withConnection,
} from './connection.ts';
import { encodingName } from './encodings.ts';
import { identifier, literal, refuseName } from './names.ts';

/** A change leaves what is in a database; with the database itself, all of it goes. */
const preImages: PreImages = {
  refuses: async (_, __, { action }) => (action === 'delete' ? 'its contents are not kept' : ''),
  async keep(properties, machine) {
    const actual = await postgresDatabaseProvider.read(properties, machine);
    return { data: actual.exists ? { ...actual.attributes } : {} };
  },
  async putBack(properties, { data }, machine) {
    const actual = await postgresDatabaseProvider.read(properties, machine);
    if (!actual.exists) throw new Error('the database is gone, and its contents were not kept');
    const names = Object.keys(declared(properties)).filter((name) => name !== 'encoding');
    const before = Object.fromEntries(names.map((name) => [name, data[name]]));
    const { owner: _, connection_limit: __, encoding: ___, ...rest } = properties;
    await postgresDatabaseProvider.apply({ ...rest, ...given(before) }, actual, machine);
  },
};

/** A database of a PostgreSQL server. */
export const postgresDatabaseProvider: Provider = {
  type: 'postgres_database',
  remote: true,
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    owner: { type: 'text', help: 'the role that owns it' },
    encoding: { type: 'text', help: 'how texts are stored, as UTF8' },
    connection_limit: { type: 'number', help: 'most connections at the same time; -1 for any' },
    ...connectionProperties,
  },
  attributes: {
    owner: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
    encoding: {
      kind: 'configuration',
      severity: 'high',
      impact: 'Texts are stored otherwise',
      replaces: true,
    },
    connection_limit: { kind: 'configuration', severity: 'low', impact: 'Connections are refused' },
  },
  holdsData: true,
  preImages,
  bounds: { most: 4, timeout: 30_000 },
  prepare(properties, machine) {
    refuseName('name', textOf(properties, 'name'));
    const { connection_limit: limit } = properties;
    if (limit !== undefined && !Number.isSafeInteger(limit)) {
      throw new Error('its connection_limit is no whole number');
    }
    const encoding = optionalText(properties, 'encoding');
    const spelt = given({ encoding: encoding && encodingName(encoding) });
    return prepareConnection({ ...properties, ...spelt }, machine);
  },
  identity: (properties) => `${serverName(properties)}/${textOf(properties, 'name')}`,
  expected: async (properties) => declared(properties),

  read: (properties, machine) =>
    withConnection(properties, machine, async (query) => {
      const [row] = await query<{ owner: string; encoding: string; connection_limit: number }>(
        `SELECT r.rolname AS owner, pg_encoding_to_char(d.encoding) AS encoding,
           d.datconnlimit AS connection_limit
         FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1`,
        [textOf(properties, 'name')],
      );
      if (row === undefined) return { exists: false };
      const all: Attributes = row;
      const names = Object.keys(declared(properties));
      const attributes = Object.fromEntries(names.map((name) => [name, all[name] ?? null]));
      return { exists: true, attributes };
    }),

  apply: (properties, actual, machine) =>
    withConnection(properties, machine, async (query) => {
      const name = identifier(textOf(properties, 'name'));
      if (!actual.exists) await query(creation(properties));
      const owner = optionalText(properties, 'owner');
      if (owner !== undefined) await query(`ALTER DATABASE ${name} OWNER TO ${identifier(owner)}`);
      const limit = properties.connection_limit;
      if (typeof limit === 'number') {
        await query(`ALTER DATABASE ${name} CONNECTION LIMIT ${limit}`);
      }
    }),

  delete: (properties, machine) =>
    withConnection(properties, machine, async (query) => {
      await query(`DROP DATABASE IF EXISTS ${identifier(textOf(properties, 'name'))}`);
    }),

  async adopt(id, machine) {
    const all = { name: id, owner: '', encoding: '', connection_limit: 0 };
    const actual = await postgresDatabaseProvider.read(prepareConnection(all, machine), machine);
    if (!actual.exists) throw new Error(`there is no database '${id}'`);
    return { name: id, ...actual.attributes };
  },

  list: async (known, machine) => {
    const servers = new Map(known.map((each) => [serverName(each), each]));
    const found = await Promise.all(
      [...servers].map(([server, properties]) =>
        withConnection(properties, machine, async (query) => {
          const rows = await query<{ datname: string }>(
            `SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1`,
          );
          return rows.map(({ datname }) => {
            return { type: 'postgres_database', identity: `${server}/${datname}`, id: datname };
          });
        }),
      ),
    );
    return found.flat();
  },

  suggest(properties, attribute) {
    const name = identifier(textOf(properties, 'name'));
    switch (attribute) {
      case 'owner': {
        const owner = identifier(textOf(properties, 'owner'));
        return psqlCommand(properties, `ALTER DATABASE ${name} OWNER TO ${owner}`);
      }
      case 'connection_limit': {
        const limit = String(properties.connection_limit);
        return psqlCommand(properties, `ALTER DATABASE ${name} CONNECTION LIMIT ${limit}`);
      }
      case 'encoding':
        return `Dump database ${name}, and load it into one with the encoding ${textOf(properties, 'encoding')}`;
      default:
        return psqlCommand(properties, creation(properties));
    }
  },
};

function declared({ owner, encoding, connection_limit }: Properties): Attributes {
  return given({ owner, encoding, connection_limit });
}

function creation(properties: Properties): string {
  const encoding = optionalText(properties, 'encoding');
  const more = encoding === undefined ? '' : ` TEMPLATE template0 ENCODING ${literal(encoding)}`;
  return `CREATE DATABASE ${identifier(textOf(properties, 'name'))}${more}`;
}
