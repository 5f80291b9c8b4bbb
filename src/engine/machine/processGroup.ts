import { setTimeout as delay } from 'node:timers/promises';

/** How long a group may take to end by itself after SIGTERM, in milliseconds. */
const GRACE = 2000;
/** How long to wait for the kernel after SIGKILL; a zombie nobody reaps must not hold us. */
const AFTER_KILL = 1000;
const POLL = 15;

/** Groups that this process is waiting for. */
const watched = new Set<number>();

/**
 * Ends a group with this process, should it leave before the group does: on the second Ctrl-C
 * nobody is there any more to time the group out. Gives the function that ends the watch.
 */
export function watchGroup(leader: number): () => void {
  if (watched.size === 0) process.once('exit', killWatched);
  watched.add(leader);
  return () => {
    watched.delete(leader);
    if (watched.size === 0) process.off('exit', killWatched);
  };
}

function killWatched(): void {
  for (const leader of watched) signalGroup(leader, 'SIGKILL');
}

/**
 * Ends a whole process group and resolves when it is gone: SIGTERM, then SIGKILL for what is still
 * there after the grace period. The scenario that must not happen: a timed-out `sh -c "build &
 * wait"` is killed and its build goes on changing files under the next task.
 */
export async function endProcessGroup(leader: number, grace = GRACE): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  if (await isGone(leader, grace)) return;
  signalGroup(leader, 'SIGKILL');
  await isGone(leader, AFTER_KILL);
}

async function isGone(leader: number, within: number): Promise<boolean> {
  for (let waited = 0; waited < within; waited += POLL) {
    if (!signalGroup(leader, 0)) return true;
    await delay(POLL);
  }
  return !signalGroup(leader, 0);
}

/** Signals every process of a group; `false` when there is none left. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  // As a group, 1 means every process there is, and 0 this process's own.
  if (leader <= 1) throw new Error(`${leader} is no process group`);
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    // Members that changed their user can't be signalled; they are there all the same.
    if (code === 'EPERM') return true;
    throw error;
  }
}
