import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMissing } from './lookAt.ts';
import { makeDirectory } from './makeDirectory.ts';

/**
 * Makes a folder and the missing ones above it, each with the mode that the umask leaves, as `mkdir -p`
 * does. Out: those that were made, outermost first.
 */
export async function makeFolders(path: string): Promise<string[]> {
  const absolute = resolve(path);
  if (await exists(absolute)) return [];
  const made = await makeFolders(dirname(absolute));
  return (await makeDirectory(absolute)) ? [...made, absolute] : made;
}

/** Links are looked through: one that leads to a folder is one. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return path === '/';
  }
}
