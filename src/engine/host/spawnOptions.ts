import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { SlothError } from '../../errors/SlothError.ts';

/** How to start a command as somebody: the program and arguments, and ids to change to. */
export interface SpawnPlan {
  readonly file: string;
  readonly args: readonly string[];
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/**
 * Plans the start of a command as a user: by changing ids where this process may (it runs as root),
 * through `sudo -n` elsewhere, which fails rather than ask for a password nobody could type.
 */
export function planSpawn(command: string | readonly string[], user: string | null): SpawnPlan {
  const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  if (file === undefined || file === '') {
    throw new SlothError('host.call_failed', { name: 'exec.run', reason: 'the command is empty' });
  }
  const self = userInfo();
  if (user === null || user === self.username) return { file, args, ids: null };
  if (self.uid === 0)
    return { file, args, ids: { uid: lookUp(user, '-u'), gid: lookUp(user, '-g') } };
  return { file: 'sudo', args: ['-n', '-u', user, '--', file, ...args], ids: null };
}

function lookUp(user: string, what: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [what, '--', user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch (cause) {
    const reason = `there is no user '${user}' on this machine`;
    throw new SlothError('host.call_failed', { name: 'user', reason }, { cause });
  }
}
