import { rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Folder, inFolder, MissingFolder } from './inFolder.ts';
import { isMissing, lookAt, sortOf } from './lookAt.ts';
import { removeLeftovers } from './removeLeftovers.ts';

/** Removes what is no directory; a link itself, and not what it leads to. Fine where nothing is there. */
export function removeFile(path: string): Promise<void> {
  return inFolderOf(path, async (folder, name) => {
    const stat = await lookAt(folder.at(name));
    if (stat === undefined) return;
    if (stat.isDirectory()) throw new Error(`${join(folder.path, name)} is a ${sortOf(stat)}`);
    await unlink(folder.at(name));
  });
}

/**
 * Removes a directory that is empty, but for what killed processes of ours left in it. Rejects where
 * somebody put something in; fine where nothing is there.
 */
export function removeDirectory(path: string): Promise<void> {
  return inFolderOf(path, async (folder, name) => {
    const stat = await lookAt(folder.at(name));
    if (stat === undefined) return;
    const place = join(folder.path, name);
    if (!stat.isDirectory()) throw new Error(`${place} is a ${sortOf(stat)}`);
    await inFolder(place, (inner) => removeLeftovers(inner, true));
    try {
      await rmdir(folder.at(name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw cause;
      throw new Error(`${place} is not empty: what lies in it stays`, { cause });
    }
  });
}

/**
 * Removes what lies at a path, whatever sort of thing it is: as `removeFile`, or as `removeDirectory`.
 */
export async function removeEntry(path: string): Promise<void> {
  const stat = await lookAt(path);
  if (stat === undefined) return;
  await (stat.isDirectory() ? removeDirectory(path) : removeFile(path));
}

async function inFolderOf(
  path: string,
  action: (folder: Folder, name: string) => Promise<void>,
): Promise<void> {
  const absolute = resolve(path);
  try {
    await inFolder(dirname(absolute), (folder) => action(folder, basename(absolute)));
  } catch (error) {
    // Without the folder there is nothing to remove.
    if (!(error instanceof MissingFolder) && !isMissing(error)) throw error;
  }
}
