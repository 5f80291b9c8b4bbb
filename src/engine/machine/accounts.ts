import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { SlothError } from '../../errors/SlothError.ts';
import { childEnvironment } from '../../model/childEnvironment.ts';

/** Somebody that a program can run as. */
export interface Account {
  /** Empty for a number that no account has. */
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/**
 * The account that a task names: `deploy`, `1000`, and with a group of its own `deploy:ops`, `1000:100`.
 * A number that no account has is itself, with the group of the same number unless one is named. Looks
 * into /etc/passwd as it is now, then asks the system for what lies elsewhere (LDAP). Rejects with
 * `exec.no_user`.
 */
export async function findAccount(named: string): Promise<Account> {
  const [who = '', group, ...rest] = named.split(':');
  const isSound = rest.length === 0 && isName(who) && (group === undefined || isName(group));
  if (!isSound) throw new SlothError('exec.no_user', { user: named, kind: 'user' });
  const account =
    (await lookUp('passwd', who, parseAccount)) ?? (isNumber(who) ? numbered(who) : undefined);
  if (account === undefined) throw new SlothError('exec.no_user', { user: who, kind: 'user' });
  if (group === undefined) return account;
  const gid = isNumber(group) ? Number(group) : await lookUp('group', group, parseGroupId);
  if (gid === undefined) throw new SlothError('exec.no_user', { user: group, kind: 'group' });
  return { ...account, gid };
}

/** All groups that an account is in, its own one among them. */
export async function groupsOf({ name, gid }: Account): Promise<readonly number[]> {
  if (name === '') return [gid];
  const listed = (await ask('id', ['-G', '--', name])) ?? '';
  const groups = listed.trim().split(/\s+/).filter(isNumber).map(Number);
  return [...new Set([gid, ...groups])];
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

/** What can be a name without being an option, or another field of the line. */
function isName(text: string): boolean {
  return /^[^-+\s:][^\s:]*$/.test(text);
}

function numbered(uid: string): Account {
  return { name: '', uid: Number(uid), gid: Number(uid), home: '/', shell: '/bin/sh' };
}

async function lookUp<T>(
  database: 'passwd' | 'group',
  key: string,
  parse: (text: string, key: string) => T | undefined,
): Promise<T | undefined> {
  const local = parse(await readText(`/etc/${database}`), key);
  if (local !== undefined) return local;
  const found = await ask('getent', [database, key]);
  return found === undefined ? undefined : parse(found, key);
}

/** The account of a name, or a number, in the text of a passwd file; the first one counts. */
export function parseAccount(text: string, key: string): Account | undefined {
  for (const line of text.split('\n')) {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':');
    if (!isName(name) || !isNumber(uid) || !isNumber(gid)) continue;
    if (name !== key && !(isNumber(key) && Number(uid) === Number(key))) continue;
    return {
      name,
      uid: Number(uid),
      gid: Number(gid),
      home: home || '/',
      shell: shell || '/bin/sh',
    };
  }
  return undefined;
}

function parseGroupId(text: string, key: string): number | undefined {
  for (const line of text.split('\n')) {
    const [name, , gid = ''] = line.split(':');
    if (name === key && isNumber(gid)) return Number(gid);
  }
  return undefined;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // A system whose accounts all lie elsewhere.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** What a program of the system answers; `undefined` where it knows nothing, or isn't there. */
function ask(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = childEnvironment(process.env);
    execFile(program, args, { env }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
