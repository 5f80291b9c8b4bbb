import type { PreImages, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { optionalText, textOf } from '../property.ts';
import { textsOf } from '../table.ts';
import {
  connectionProperties,
  databaseName,
  prepareConnection,
  psqlCommand,
  type Query,
  serverName,
  withConnection,
} from './connection.ts';
import { grantedObject, parseGranted } from './grantedObject.ts';
import { identifier } from './names.ts';

/** One right that a role has. */
type HeldRight = {
  readonly right: string;
  /** Whether the role may give it to others. */
  readonly grantable: boolean;
};

const preImages: PreImages = {
  refuses: async () => '',
  keep: (properties, machine) =>
    inDatabase(properties, machine, async (query) => ({
      data: { rights: await rightsOf(query, properties) },
    })),
  async putBack(properties, { data }, machine) {
    if (properties.privileges === undefined) return;
    const before = data.rights as unknown as HeldRight[];
    await inDatabase(properties, machine, (query) => setRights(query, properties, before));
  },
};

/** The rights of one role on one object of a PostgreSQL server: exactly those that are declared. */
export const postgresGrantProvider: Provider = {
  type: 'postgres_grant',
  remote: true,
  properties: {
    role: { type: 'text', help: 'who has the rights; public for everybody', required: true },
    on: { type: 'text', help: 'database, schema, table or sequence, and its name', required: true },
    privileges: { type: 'texts', help: 'the rights, as SELECT and INSERT', required: true },
    database: { type: 'text', help: 'the database it is in (default: that of the connection)' },
    ...connectionProperties,
  },
  attributes: {
    privileges: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
  },
  preImages,
  bounds: { most: 4, timeout: 30_000 },

  prepare(properties, machine) {
    const { rights, sort } = grantedObject(properties);
    const wanted = wantedOf(properties);
    if (wanted.length === 0) throw new Error('it declares no privileges');
    const unknown = wanted.find((each) => !rights.includes(each));
    if (unknown !== undefined) {
      throw new Error(
        `there is no right '${unknown}' on a ${sort}; there are ${rights.join(', ')}`,
      );
    }
    return prepareConnection(properties, machine);
  },

  identity: (properties) => {
    const database = optionalText(properties, 'database') ?? databaseName(properties);
    const { sort, parts } = grantedObject(properties);
    const isIn = sort === 'table' || sort === 'sequence';
    // Without a schema it is found in the one that is searched first.
    const name = isIn && parts.length === 1 ? ['public', ...parts] : parts;
    return `${serverName(properties)}/${database}/${sort} ${name.join('.')}/${textOf(properties, 'role')}`;
  },

  expected: async (properties) =>
    properties.privileges === undefined ? {} : { privileges: wantedOf(properties) },

  read: (properties, machine) =>
    inDatabase(properties, machine, async (query) => {
      const privileges = (await rightsOf(query, properties)).map(({ right }) => right);
      if (privileges.length === 0) return { exists: false };
      return {
        exists: true,
        attributes: properties.privileges === undefined ? {} : { privileges },
      };
    }),

  async apply(properties, _, machine) {
    if (properties.privileges === undefined) return;
    await inDatabase(properties, machine, async (query) => {
      const known = await rightsOf(query, properties);
      // Whether it may be given to others is nothing that a declaration says.
      const wanted = wantedOf(properties).map(
        (right) => known.find((each) => each.right === right) ?? { right, grantable: false },
      );
      await setRights(query, properties, wanted);
    });
  },

  delete: (properties, machine) =>
    // Of an object or a role that is gone there is nothing to take back.
    inDatabase(properties, machine, (query) => setRights(query, properties, [])),

  /** Named by the role and the object, as `clerk table public.orders`. */
  async adopt(id, machine) {
    // A role may have any word in its name.
    const cuts = [...id.matchAll(/ (?=\S)/g)].map(({ index }) => index);
    const cut = cuts.find((each) => parseGranted(id.slice(each + 1)) !== undefined);
    if (cut === undefined) {
      throw new Error(`'${id}' is not a role and an object, as 'clerk table public.orders'`);
    }
    const [role, on] = [id.slice(0, cut), id.slice(cut + 1)];
    const properties = prepareConnection({ role, on, privileges: [] }, machine);
    const actual = await postgresGrantProvider.read(properties, machine);
    if (!actual.exists) throw new Error(`'${role}' has no rights on ${on}`);
    return { role, on, ...actual.attributes };
  },

  suggest(properties) {
    const role = identifier(textOf(properties, 'role'));
    const { place } = grantedObject(properties);
    const statement = `REVOKE ALL ON ${place} FROM ${role}; GRANT ${wantedOf(properties).join(', ')} ON ${place} TO ${role}`;
    return psqlCommand(properties, statement, optionalText(properties, 'database'));
  },
};

/** Works in the database that the object is in. */
function inDatabase<T>(
  properties: Properties,
  machine: ProviderMachine,
  action: (query: Query) => Promise<T>,
): Promise<T> {
  return withConnection(properties, machine, action, optionalText(properties, 'database'));
}

function wantedOf(properties: Properties): string[] {
  const names = (textsOf(properties, 'privileges') ?? []).map((each) => each.trim().toUpperCase());
  return [...new Set(names.map((each) => (each === 'TEMP' ? 'TEMPORARY' : each)))].toSorted();
}

/** Takes the rights that are too many, and gives those that are missing: all of it or nothing. */
async function setRights(
  query: Query,
  properties: Properties,
  wanted: readonly HeldRight[],
): Promise<void> {
  const { place } = grantedObject(properties);
  const role = identifier(textOf(properties, 'role'));
  const known = await rightsOf(query, properties);
  const extra = known.filter((each) => !wanted.some(({ right }) => right === each.right));
  const missing = wanted.filter(
    (each) => !known.some((held) => held.right === each.right && held.grantable === each.grantable),
  );
  await query('BEGIN');
  if (extra.length > 0) {
    await query(`REVOKE ${extra.map(({ right }) => right).join(', ')} ON ${place} FROM ${role}`);
  }
  for (const { right, grantable } of missing) {
    const isHeld = known.some((each) => each.right === right);
    if (grantable) await query(`GRANT ${right} ON ${place} TO ${role} WITH GRANT OPTION`);
    else if (isHeld) await query(`REVOKE GRANT OPTION FOR ${right} ON ${place} FROM ${role}`);
    else await query(`GRANT ${right} ON ${place} TO ${role}`);
  }
  await query('COMMIT');
}

/** The rights that the role has, also those that nobody gave and that it has from the beginning. */
async function rightsOf(query: Query, properties: Properties): Promise<HeldRight[]> {
  const { query: text, key } = grantedObject(properties);
  const rows = await query<HeldRight>(text, [key, textOf(properties, 'role')]);
  return rows.toSorted((a, b) => (a.right < b.right ? -1 : 1));
}
