import { readdirSync, readFileSync } from 'node:fs';

/**
 * Whether a process group has a member that runs. Zombies don't count: where the first process of a
 * container collects nobody, they stay for ever, and whoever waited for them would too.
 */
export function groupIsAlive(group: number): boolean {
  // As a group, 1 means every process there is, and 0 this process's own.
  if (group <= 1 || !isThere(group)) return false;
  return process.platform !== 'linux' || hasLivingMember(group);
}

function isThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: then it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const stat = statOf(name);
    // State, parent, group: after the program's name, which may itself hold spaces and parentheses.
    const [state, , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return of === String(group) && state !== 'Z' && state !== 'X';
  });
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It ended since it was listed.
    return '';
  }
}
