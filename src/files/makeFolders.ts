import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { inFolder } from './inFolder.ts';
import { lookAt } from './lookAt.ts';

/**
 * Makes a folder and the missing ones above it, each with the mode that the umask leaves, as `mkdir -p`
 * does. Out: those that were made, outermost first.
 */
export async function makeFolders(path: string): Promise<string[]> {
  const absolute = resolve(path);
  if ((await lookAt(absolute)) !== undefined) return [];
  const made = await makeFolders(dirname(absolute));
  const isMade = await inFolder(dirname(absolute), async (folder) => {
    try {
      await mkdir(folder.at(basename(absolute)));
    } catch (error) {
      // Another one of us was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
    await folder.sync();
    return true;
  });
  return isMade ? [...made, absolute] : made;
}
