import type { Client, QueryResultRow } from 'pg';
import type { Properties, PropertySchema, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { optionalText, textOf } from '../property.ts';

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 15_000;

/** The properties of everything that lies in a PostgreSQL server. */
export const connectionProperties: Readonly<Record<string, PropertySchema>> = {
  url: {
    type: 'text',
    help: 'postgres://user:password@host:port/database (default: PGHOST and its like)',
    secret: true,
  },
};

/** One statement and its rows. */
export type Query = <R extends QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<R[]>;

/** Works with a server for as long as an action takes; `database` instead of the one that is named. */
export async function withConnection<T>(
  properties: Properties,
  machine: ProviderMachine,
  action: (query: Query) => Promise<T>,
  database?: string,
): Promise<T> {
  const { default: pg } = await import('pg');
  const client: Client = new pg.Client({
    ...serverOf(properties, machine),
    ...(database === undefined ? {} : { database }),
    connectionTimeoutMillis: PATIENCE,
    statement_timeout: PATIENCE,
    application_name: 'sloth-runner',
  });
  // A connection that ends between two queries is told by the next query.
  client.on('error', () => {});
  await client.connect();
  try {
    return await action(
      async <R extends QueryResultRow>(text: string, values?: readonly unknown[]) => {
        const { rows } = await client.query<R>(
          text,
          values === undefined ? undefined : [...values],
        );
        return rows;
      },
    );
  } finally {
    await client.end();
  }
}

/** Names a server for identities: without user and password. */
export function serverName(properties: Properties): string {
  const url = optionalText(properties, 'url');
  if (url === undefined) return optionalText(properties, 'server') ?? '';
  const { hostname, port, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return `${host.toLowerCase()}:${port || '5432'}`;
}

/** The database that is named; statements on schemas and tables concern it. */
export function databaseName(properties: Properties): string {
  const url = optionalText(properties, 'url');
  if (url === undefined) return textOf(properties, 'connected_to');
  const { pathname, username } = new URL(url);
  return decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username);
}

/** A command that a person may paste: it asks for the password where one is needed. */
export function psqlCommand(properties: Properties, statement: string, database?: string): string {
  const url = optionalText(properties, 'url');
  const user = url === undefined ? '' : new URL(url).username;
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(serverName(properties)) ?? [];
  const name = encodeURIComponent(database ?? databaseName(properties));
  const place = `${user === '' ? '' : `${user}@`}${encodeURIComponent(host)}:${port}/${name}`;
  return `$ psql ${shellQuoted(`postgres://${place}`)} --command=${shellQuoted(statement)}`;
}

/**
 * Which server and database the environment means, kept with the declaration: whoever looks at the
 * object later, in another environment, must not find another server's.
 */
export function prepareConnection(properties: Properties, machine: ProviderMachine): Properties {
  const url = optionalText(properties, 'url');
  if (url !== undefined) {
    // Not with the text in the message: there may be a password in it.
    if (!/^postgres(?:ql)?:/.test(url) || !URL.canParse(url)) {
      throw new Error('its url is none of a PostgreSQL server, as postgres://host/database');
    }
    return properties;
  }
  const { PGHOST = 'localhost', PGPORT = '5432', PGUSER = 'postgres', PGDATABASE } = machine.env;
  const connected_to = optionalText(properties, 'connected_to') ?? PGDATABASE ?? PGUSER;
  return { ...properties, server: `${PGHOST}:${PGPORT}`, connected_to };
}

function serverOf(properties: Properties, machine: ProviderMachine): object {
  const url = optionalText(properties, 'url');
  if (url !== undefined) return { connectionString: url };
  const { server, connected_to: database } = prepared(properties, machine);
  const [, host, port] = /^(.*):(\d+)$/.exec(String(server)) ?? [];
  const { PGUSER, PGPASSWORD } = machine.env;
  return {
    host,
    port: Number(port),
    database,
    ...(PGUSER === undefined ? {} : { user: PGUSER }),
    ...(PGPASSWORD === undefined ? {} : { password: PGPASSWORD }),
  };
}

/** What was not prepared before is meant as the environment says now. */
function prepared(properties: Properties, machine: ProviderMachine): Properties {
  return properties.server === undefined ? prepareConnection(properties, machine) : properties;
}
