import { constants, existsSync, realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import { type Account, findAccount, groupsOf } from './accounts.ts';

/** How to start programs as somebody. */
export interface Identity {
  /** Who it is; `null` for this process's own user. */
  readonly account: Account | null;
  /** What the account's programs find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Ids to change to at the start. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  /** What stands before a command. */
  readonly prefix: readonly string[];
}

const ourselves: Identity = { account: null, env: {}, ids: null, prefix: [] };

/**
 * Finds how to run as a user: with the groups that the user is in, its `HOME`, `USER`, `LOGNAME` and
 * `SHELL`. As root by changing ids, through `setpriv` where there are more groups than one, because the
 * runtime itself can't set them; through `sudo -n` elsewhere, which fails rather than ask for a password
 * nobody could type. Rejects with `exec.no_user` and `exec.no_setpriv`.
 */
export async function planIdentity(user: string | null): Promise<Identity> {
  if (user === null) return ourselves;
  const account = await findAccount(user);
  const { uid, gid, home, shell } = account;
  const name = account.name || String(uid);
  if (uid === process.getuid?.() && !user.includes(':')) return ourselves;
  const env = { HOME: home, USER: name, LOGNAME: name, SHELL: shell };
  if (process.getuid?.() !== 0) {
    const group = user.includes(':') ? ['-g', `#${gid}`] : [];
    const prefix = ['sudo', '-n', '-H', '-u', account.name || `#${uid}`, ...group, '--'];
    return { account, env, ids: null, prefix };
  }
  const groups = await groupsOf(account);
  if (groups.length === 1) return { account, env, ids: { uid, gid }, prefix: [] };
  const setpriv = await findSetpriv();
  if (setpriv === undefined) throw new SlothError('exec.no_setpriv', { user: name });
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, `--groups=${groups.join(',')}`];
  return { account, env, ids: null, prefix: [setpriv, ...ids, '--'] };
}

/** The one of util-linux: BusyBox's namesake can't change ids. */
async function findSetpriv(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin'];
  for (const folder of folders) {
    const path = join(folder, 'setpriv');
    if (folder === '' || !existsSync(path)) continue;
    if (basename(realpathSync(path)).startsWith('busybox')) continue;
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not a program for us: another folder may have one.
    }
  }
  return undefined;
}
