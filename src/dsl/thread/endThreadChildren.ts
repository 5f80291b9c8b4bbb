import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends the processes that a thread of this process started by itself, with their descendants: a thread
 * that waits for `execSync` can't be ended before its child is. `thread` is the kernel's number for it.
 * Where the system doesn't list children, nothing is ended.
 */
export function endThreadChildren(thread: number): void {
  for (const pid of childrenOf(process.pid, [String(thread)])) endTree(pid);
}

function endTree(pid: number): void {
  const children = childrenOf(pid, threadsOf(pid));
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended meanwhile, or belongs to somebody else.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
  for (const child of children) endTree(child);
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function childrenOf(pid: number, threads: readonly string[]): readonly number[] {
  return threads.flatMap((thread) => {
    try {
      const listed = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return listed.split(' ').filter(Boolean).map(Number);
    } catch {
      // It has ended meanwhile, or this system lists no children.
      return [];
    }
  });
}
