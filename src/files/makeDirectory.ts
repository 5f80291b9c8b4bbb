import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { inFolder } from './inFolder.ts';
import { lookAt } from './lookAt.ts';

/**
 * Makes a directory; out: whether there was none. Its mode is what the umask leaves of the one given.
 * Rejects where something else lies there, and with `MissingFolder`.
 */
export function makeDirectory(path: string, mode = 0o777): Promise<boolean> {
  const absolute = resolve(path);
  return inFolder(dirname(absolute), async (folder) => {
    const at = folder.at(basename(absolute));
    try {
      await mkdir(at, { mode });
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
      if (isThere && (await lookAt(at))?.isDirectory() === true) return false;
      throw error;
    }
    await folder.sync();
    return true;
  });
}
