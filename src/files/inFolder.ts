import { closeSync, constants, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openFile, syncFile } from './descriptor.ts';
import { followLinks } from './followLinks.ts';
import { together } from './together.ts';

/** Linux: names a file without opening it; no permission on the file itself is needed. */
export const O_PATH = process.platform === 'linux' ? 0o10000000 : 0;

/** A folder that stays the same one, whatever somebody puts in its place meanwhile. */
export interface Folder {
  /** Where it lies, without links. */
  readonly path: string;
  /** A path to one of its entries that leads through the open folder, and not through its name. */
  readonly at: (name: string) => string;
  /** Makes sure that its entries are on the disk. */
  readonly sync: () => Promise<void>;
}

/** There is no folder where something is to be written. */
export class MissingFolder extends Error {
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    super(`the folder ${folder} is missing`, { cause });
    this.folder = folder;
  }
}

/**
 * Works in a folder that is opened once. On Linux all names then lead through its descriptor, so a folder
 * that is swapped for a link after that changes nothing; elsewhere there is no way to do that without
 * native code, and names lead through the path. Links in its path are followed by the rule of
 * `followLinks`. Rejects with `MissingFolder`; other errors name the path as people know it.
 */
export async function inFolder<T>(
  path: string,
  action: (folder: Folder) => Promise<T>,
): Promise<T> {
  const absolute = resolve(path);
  const { fd, isListed } = await openFolder(absolute);
  const pinned = `/proc/self/fd/${fd}`;
  try {
    const real = realPathOf(pinned, absolute);
    const followed = real === absolute ? absolute : await followLinks(absolute);
    if (real !== undefined && real !== followed) {
      throw new Error(`${absolute} was moved while it was opened`);
    }
    const base = real === undefined ? followed : pinned;
    return await action({
      path: followed,
      at: (name) => `${base}/${name}`,
      // A folder that we may enter but not list can't be opened for that.
      sync: async () => (isListed ? together(followed, () => syncFolder(fd)) : undefined),
    });
  } catch (error) {
    throw withPath(error, pinned, absolute);
  } finally {
    closeSync(fd);
  }
}

async function openFolder(path: string): Promise<{ fd: number; isListed: boolean }> {
  try {
    const fd = await openFile(path, constants.O_RDONLY | constants.O_DIRECTORY);
    return { fd, isListed: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new MissingFolder(path, error);
    if (code !== 'EACCES' || O_PATH === 0) throw error;
  }
  return { fd: await openFile(path, O_PATH | constants.O_DIRECTORY), isListed: false };
}

async function syncFolder(fd: number): Promise<void> {
  try {
    await syncFile(fd);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some network file systems have no such call for folders; they keep them by themselves.
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

/**
 * Where an open folder lies; `undefined` where the system doesn't tell. At once: it is the kernel's memory
 * that answers, and no disk.
 */
function realPathOf(pinned: string, path: string): string | undefined {
  try {
    return readlinkSync(pinned);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw withPath(error, pinned, path);
  }
}

/** The same error, told with the path that people know. */
function withPath(error: unknown, pinned: string, path: string): unknown {
  if (!(error instanceof Error) || !error.message.includes(pinned)) return error;
  const told = new Error(error.message.replaceAll(`${pinned}/`, join(path, '/')), { cause: error });
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? told : Object.assign(told, { code });
}
