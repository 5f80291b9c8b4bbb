import { lstat, rmdir, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { lookAt } from './lookAt.ts';

/** The entries of a path, its folders first, that are not there: who makes the last makes them all. */
export async function missingPlaces(path: string): Promise<string[]> {
  const absolute = resolve(path);
  if ((await lookAt(absolute)) !== undefined) return [];
  const above = dirname(absolute);
  return above === absolute ? [] : [...(await missingPlaces(above)), absolute];
}

/**
 * Removes, from the last to the first, those entries that are empty files or empty folders: what was made
 * on the way to an object that is gone. What somebody put something into stays, and so does what is
 * neither.
 */
export async function removeEmptyPlaces(paths: readonly string[]): Promise<void> {
  for (const path of paths.toReversed()) {
    if ((await lookAt(path)) === undefined) continue;
    const stats = await lstat(path);
    if (stats.isFile() && stats.size === 0) await unlink(path);
    else if (stats.isDirectory()) await removeFolder(path);
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    // Somebody's files are in it.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
