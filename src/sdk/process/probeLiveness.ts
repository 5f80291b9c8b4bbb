import { hostname } from 'node:os';
import type { Liveness, ProcessIdentity } from '../../model/processIdentity.ts';
import { isSuspended, processScope, processStart, seesItself } from './processStart.ts';

/**
 * The identity of this process, to be stored with what it holds. Where it can't see itself, its start is
 * empty: then nobody can tell whether it lives, and its lease alone decides.
 */
export function currentProcess(): ProcessIdentity {
  const { pid } = process;
  const started = seesItself() ? (processStart(pid) ?? '') : '';
  return { host: hostname(), scope: processScope(), pid, started };
}

/**
 * Looks whether a process still runs. Only a process of this host and namespace can be seen; one
 * that can't is `unknown`, and its lease decides.
 */
export function probeLiveness(identity: ProcessIdentity): Liveness {
  if (identity.started === '' || !seesItself()) return 'unknown';
  if (identity.host !== hostname() || identity.scope !== processScope()) return 'unknown';
  const started = processStart(identity.pid);
  if (started === identity.started) return isSuspended(identity.pid) ? 'suspended' : 'alive';
  return started === undefined && isHidden(identity.pid) ? 'unknown' : 'dead';
}

/**
 * Whether a process is there although nothing about it can be read: some systems hide the processes
 * of other users, and a hidden holder must not be taken for a dead one.
 */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // It can be signalled, so it is ours and was readable: it is a zombie.
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
