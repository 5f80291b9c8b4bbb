import { lchown, rename, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { inFolder } from './inFolder.ts';
import { lookAt, sortOf } from './lookAt.ts';
import { removeLeftovers } from './removeLeftovers.ts';
import { temporaryName } from './temporaryName.ts';

/**
 * Makes a symbolic link, or replaces one in one step: at no moment is there no link. Rejects where
 * something else lies there, and with `MissingFolder`. It is ours unless an owner is given.
 */
export async function replaceLink(
  path: string,
  target: string,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const absolute = resolve(path);
  await inFolder(dirname(absolute), async (folder) => {
    const [name, temporary] = [basename(absolute), folder.at(temporaryName())];
    const before = await lookAt(folder.at(name));
    if (before !== undefined && !before.isSymbolicLink()) {
      throw new Error(`${join(folder.path, name)} is a ${sortOf(before)}, not a link`);
    }
    await removeLeftovers(folder);
    await symlink(target, temporary);
    try {
      if (owner !== undefined) await lchown(temporary, owner.uid, owner.gid);
      await rename(temporary, folder.at(name));
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
    await folder.sync();
  });
}
