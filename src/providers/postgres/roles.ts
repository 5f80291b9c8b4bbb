import type { Properties } from '../../model/provider.ts';
import { optionalText } from '../property.ts';
import type { Query } from './connection.ts';
import { identifier, literal } from './names.ts';

/** What a role may be, by property: the words that say yes and no, and the column that tells. */
export const RIGHTS = {
  login: ['LOGIN', 'rolcanlogin'],
  superuser: ['SUPERUSER', 'rolsuper'],
  createdb: ['CREATEDB', 'rolcreatedb'],
  createrole: ['CREATEROLE', 'rolcreaterole'],
} as const;

/** The options of `CREATE ROLE` and `ALTER ROLE` for what is declared. */
export function roleOptions(properties: Properties): string {
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

/** The roles that a role is a member of, sorted. */
export async function membershipsOf(query: Query, name: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT DISTINCT g.rolname AS name FROM pg_auth_members m
     JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1`,
    [name],
  );
  return rows.map((each) => each.name).toSorted();
}

/** Makes a role a member of these and of no others; to be called in a transaction. */
export async function setMemberships(
  query: Query,
  name: string,
  wanted: readonly string[],
): Promise<void> {
  const known = await membershipsOf(query, name);
  const role = identifier(name);
  for (const each of known.filter((group) => !wanted.includes(group))) {
    await query(`REVOKE ${identifier(each)} FROM ${role}`);
  }
  for (const each of wanted.filter((group) => !known.includes(group))) {
    await query(`GRANT ${identifier(each)} TO ${role}`);
  }
}
