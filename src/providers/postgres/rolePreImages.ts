import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { PreImages, Properties } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import { refuseIncomplete, unkeptThen } from '../unkept.ts';
import { type Query, withConnection } from './connection.ts';
import { identifier, literal } from './names.ts';
import { membershipsOf, RIGHTS, roleOptions, setMemberships } from './roles.ts';

/** What is kept of a role. */
interface KeptRole extends JsonObject {
  /** What the properties of the same names say. */
  readonly rights: JsonObject;
  readonly member_of: string[];
  /** The roles that were members of it. */
  readonly members: string[];
  /** As the server keeps it; `null` for none. */
  readonly password: string | null;
  readonly unkept: string;
}

/** A password is only kept where all of the declaration is stored encrypted. */
export const rolePreImages: PreImages = {
  refuses: (properties, machine, { action }) =>
    withConnection(properties, machine, async (query) => {
      const name = textOf(properties, 'name');
      const setsPassword = optionalText(properties, 'password') !== undefined;
      if (action === 'update' && !setsPassword) return '';
      if (!(await seesPasswords(query))) return `its password can't be read`;
      if (!isEncrypted(properties) && (await passwordOf(query, name)) !== null) {
        return 'its password is not kept';
      }
      return action === 'delete' && (await hasMore(query, name)) ? 'its settings are not kept' : '';
    }),

  keep: (properties, machine, request) =>
    withConnection(properties, machine, async (query) => {
      const name = textOf(properties, 'name');
      const [row] = await query('SELECT * FROM pg_roles WHERE rolname = $1', [name]);
      const rights = Object.entries(RIGHTS).map(([right, [, column]]) => [right, row?.[column]]);
      const keepsPassword = isEncrypted(properties) && (await seesPasswords(query));
      const kept: KeptRole = {
        rights: {
          ...(Object.fromEntries(rights) as JsonObject),
          connection_limit: Number(row?.rolconnlimit),
        },
        member_of: await membershipsOf(query, name),
        members: await membersOf(query, name),
        password: keepsPassword ? await passwordOf(query, name) : null,
        ...(await unkeptThen(rolePreImages, properties, machine, request)),
      };
      return { data: kept };
    }),

  putBack: (properties, { data }, machine) =>
    withConnection(properties, machine, async (query) => {
      const kept = data as KeptRole;
      const name = textOf(properties, 'name');
      const [known] = await query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
      const isGone = known === undefined;
      if (isGone) refuseIncomplete(data);
      await query('BEGIN');
      if (isGone) await query(`CREATE ROLE ${identifier(name)}`);
      const rights = isGone ? kept.rights : declaredOf(properties, kept.rights);
      const options = roleOptions(rights);
      if (options !== '') await query(`ALTER ROLE ${identifier(name)} ${options}`);
      if (isGone || optionalText(properties, 'password') !== undefined) {
        const password = kept.password === null ? 'NULL' : literal(kept.password);
        await query(`ALTER ROLE ${identifier(name)} PASSWORD ${password}`);
      }
      if (isGone || properties.member_of !== undefined) {
        await setMemberships(query, name, kept.member_of);
      }
      if (isGone) {
        for (const each of kept.members) {
          await query(`GRANT ${identifier(name)} TO ${identifier(each)}`);
        }
      }
      await query('COMMIT');
    }),
};

/** What the declaration says nothing of stays as it is. */
function declaredOf(properties: Properties, rights: JsonObject): Record<string, JsonValue> {
  const names = Object.keys(rights).filter((name) => properties[name] !== undefined);
  return given(Object.fromEntries(names.map((name) => [name, rights[name]])));
}

/** Whether all of the declaration is stored encrypted: it has a property that is secret. */
function isEncrypted(properties: Properties): boolean {
  return ['password', 'url'].some((name) => optionalText(properties, name) !== undefined);
}

async function seesPasswords(query: Query): Promise<boolean> {
  const [row] = await query(`SELECT has_table_privilege('pg_authid', 'SELECT') AS may`);
  return row?.may === true;
}

async function passwordOf(query: Query, name: string): Promise<string | null> {
  const rows = await query<{ password: string | null }>(
    'SELECT rolpassword AS password FROM pg_authid WHERE rolname = $1',
    [name],
  );
  return rows[0]?.password ?? null;
}

/** Whether there is more about a role than what is kept: settings, an end of its password, rare rights. */
async function hasMore(query: Query, name: string): Promise<boolean> {
  const rows = await query(
    `SELECT 1 FROM pg_roles r WHERE rolname = $1 AND (rolvaliduntil IS NOT NULL OR rolreplication
       OR rolbypassrls OR NOT rolinherit
       OR EXISTS (SELECT 1 FROM pg_db_role_setting s WHERE s.setrole = r.oid)
       OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE r.oid IN (m.roleid, m.member) AND m.admin_option))`,
    [name],
  );
  return rows.length > 0;
}

async function membersOf(query: Query, name: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT DISTINCT r.rolname AS name FROM pg_auth_members m
     JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE g.rolname = $1`,
    [name],
  );
  return rows.map((each) => each.name).toSorted();
}
