import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import {
  connectionProperties,
  identifier,
  literal,
  prepareConnection,
  serverName,
  withConnection,
} from './connection.ts';

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
  bounds: { most: 4, timeout: 30_000 },
  prepare: prepareConnection,
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
      const [owner, encoding] = [
        optionalText(properties, 'owner'),
        optionalText(properties, 'encoding'),
      ];
      const limit = properties.connection_limit;
      if (!actual.exists) {
        const text =
          encoding === undefined ? '' : ` TEMPLATE template0 ENCODING ${literal(encoding)}`;
        await query(`CREATE DATABASE ${name}${text}`);
      }
      if (owner !== undefined) await query(`ALTER DATABASE ${name} OWNER TO ${identifier(owner)}`);
      if (typeof limit === 'number') {
        await query(`ALTER DATABASE ${name} CONNECTION LIMIT ${Math.trunc(limit)}`);
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
    if (attribute === 'owner') {
      return `ALTER DATABASE ${name} OWNER TO ${identifier(textOf(properties, 'owner'))}`;
    }
    if (attribute === 'connection_limit') {
      return `ALTER DATABASE ${name} CONNECTION LIMIT ${String(properties.connection_limit)}`;
    }
    return `CREATE DATABASE ${name}`;
  },
};

function declared({ owner, encoding, connection_limit }: Properties): Attributes {
  return given({ owner, encoding, connection_limit });
}
