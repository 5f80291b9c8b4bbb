import { userInfo } from 'node:os';

/** Who this process runs as. A container may run as a number that no account has: then that is its name. */
export function currentUser(): { readonly name: string; readonly home: string } {
  try {
    const { username, homedir } = userInfo();
    return { name: username, home: homedir || '/' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return { name: String(process.getuid?.() ?? 'unknown'), home: '/' };
  }
}
