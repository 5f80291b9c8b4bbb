import type { Properties } from '../../model/provider.ts';
import { textOf } from '../property.ts';
import { identifier, nameParts } from './names.ts';

/** Where PostgreSQL keeps the rights on each sort of object, how one is found, and which there are. */
const SORTS = {
  database: {
    find: 'o.datname = $1',
    acl: `coalesce(o.datacl, acldefault('d', o.datdba))`,
    table: 'pg_database',
    rights: ['CREATE', 'CONNECT', 'TEMPORARY'],
  },
  schema: {
    find: 'o.nspname = $1',
    acl: `coalesce(o.nspacl, acldefault('n', o.nspowner))`,
    table: 'pg_namespace',
    rights: ['CREATE', 'USAGE'],
  },
  table: {
    find: 'o.oid = to_regclass($1)',
    acl: `coalesce(o.relacl, acldefault('r', o.relowner))`,
    table: 'pg_class',
    rights: [
      'SELECT',
      'INSERT',
      'UPDATE',
      'DELETE',
      'TRUNCATE',
      'REFERENCES',
      'TRIGGER',
      'MAINTAIN',
    ],
  },
  sequence: {
    find: 'o.oid = to_regclass($1)',
    acl: `coalesce(o.relacl, acldefault('s', o.relowner))`,
    table: 'pg_class',
    rights: ['SELECT', 'UPDATE', 'USAGE'],
  },
} as const;

export type GrantedSort = keyof typeof SORTS;

/** An object that rights are on. */
export interface GrantedObject {
  readonly sort: GrantedSort;
  /** Its name, with its schema before it where it has one. */
  readonly parts: readonly string[];
  /** How statements name it: `TABLE "public"."orders"`. */
  readonly place: string;
  /** How it is found in the catalogue, in the terms of `query`. */
  readonly key: string;
  /** What gives the rights that `key` and the role in `$2` have. */
  readonly query: string;
  /** The rights that there are on such objects. */
  readonly rights: readonly string[];
}

/** The object that `on` names, as `table public.orders`. Throws where it names none. */
export function grantedObject(properties: Properties): GrantedObject {
  const on = textOf(properties, 'on');
  const found = parseGranted(on);
  if (found !== undefined) return found;
  const sorts = Object.keys(SORTS).join(', ');
  throw new Error(`on '${on}' is not one of ${sorts} and a name, as 'table public.orders'`);
}

/** The object that a text names; `undefined` for none. */
export function parseGranted(on: string): GrantedObject | undefined {
  const [, word = '', name = ''] = /^(\S+)\s+(.+)$/s.exec(on.trim()) ?? [];
  const sort = sortOf(word.toLowerCase());
  if (sort === undefined || /^[^"]*\s/.test(name)) return undefined;
  const isPlain = sort === 'database' || sort === 'schema';
  // A database may have a dot in its name, and nothing stands before it.
  const parts = isPlain && !name.startsWith('"') ? [name] : nameParts(name);
  if (parts === undefined || parts.length > (isPlain ? 1 : 2)) return undefined;
  const { table, acl, find, rights } = SORTS[sort];
  const quoted = parts.map(identifier).join('.');
  return {
    sort,
    parts,
    place: `${sort.toUpperCase()} ${quoted}`,
    key: isPlain ? (parts[0] ?? '') : quoted,
    query: `SELECT a.privilege_type AS right, bool_or(a.is_grantable) AS grantable
      FROM ${table} o CROSS JOIN LATERAL aclexplode(${acl}) a LEFT JOIN pg_roles r ON r.oid = a.grantee
      WHERE ${find} AND CASE a.grantee WHEN 0 THEN 'public' ELSE r.rolname END = $2 GROUP BY 1`,
    rights,
  };
}

function sortOf(word: string): GrantedSort | undefined {
  const sorts = Object.keys(SORTS) as GrantedSort[];
  return sorts.find((each) => each === word);
}
