import { constants } from 'node:fs';
import { chmod, chown, type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { digestOfHandle } from './digestOf.ts';
import { inFolder, O_PATH } from './inFolder.ts';
import { type OpenOptions, withRegular } from './openRegular.ts';

/** What is wanted of a file's permissions; what is left out stays as it is. */
export interface Ownership {
  /** Up to 0o7777. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Sets owner, group and mode of what is open: never of what lies behind its name by now. In: what the
 * system tells of it now, where that is known.
 */
export async function setOwnership(
  handle: FileHandle,
  path: string,
  { mode, uid, gid }: Ownership,
  known?: Required<Ownership>,
): Promise<void> {
  const before = known ?? (await handle.stat());
  const [owner, group] = [uid ?? before.uid, gid ?? before.gid];
  const moves = owner !== before.uid || group !== before.gid;
  if (moves) await named(path, () => chownOpen(handle, owner, group));
  // After the owner: a change of owner clears the set-user-id bit.
  const wanted = mode ?? (moves ? before.mode & 0o7777 : undefined);
  if (wanted === undefined || (!moves && wanted === (before.mode & 0o7777))) return;
  await named(path, () => chmodOpen(handle, wanted));
}

/**
 * Sets owner, group and mode of a file that holds a known content. Rejects where it holds another one: who
 * may write to its folder could else give us any file there, and have it handed over to somebody.
 */
export function setFileOwnership(
  path: string,
  digest: string,
  wanted: Ownership,
  options: OpenOptions = {},
): Promise<void> {
  return withRegular(path, options, async (file) => {
    if (file === undefined || (await digestOfHandle(file.handle)) !== digest) {
      throw new ChangedMeanwhile(path);
    }
    await setOwnership(file.handle, file.path, wanted);
  });
}

/** Sets owner, group and mode of a directory; a link in its place is refused. */
export async function setDirectoryOwnership(path: string, wanted: Ownership): Promise<void> {
  const absolute = resolve(path);
  await inFolder(dirname(absolute), async (folder) => {
    const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW;
    // Without opening it for reading where that can be: we need not be allowed to list it.
    const handle = await open(
      folder.at(basename(absolute)),
      (O_PATH || constants.O_RDONLY) | flags,
    );
    try {
      await setOwnership(handle, absolute, wanted);
    } finally {
      await handle.close();
    }
  });
}

// A descriptor of O_PATH can't be changed itself; the path to it in /proc leads to the very same file.
function chownOpen(handle: FileHandle, uid: number, gid: number): Promise<void> {
  return O_PATH === 0 ? handle.chown(uid, gid) : chown(`/proc/self/fd/${handle.fd}`, uid, gid);
}

function chmodOpen(handle: FileHandle, mode: number): Promise<void> {
  return O_PATH === 0 ? handle.chmod(mode) : chmod(`/proc/self/fd/${handle.fd}`, mode);
}

async function named(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const told = new Error(`${message.split(',')[0]}: owner, group or mode of ${path}`, { cause });
    throw Object.assign(told, { code });
  }
}
