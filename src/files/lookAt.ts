import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** What lies at a path, links not followed; `undefined` for nothing. Rejects where it can't look. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What sort of thing lies at a path. */
export function sortOf(stat: Stats): string {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'special file';
}
