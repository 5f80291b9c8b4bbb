import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { digestOfHandle } from './digestOf.ts';
import { inFolder, O_PATH } from './inFolder.ts';
import { type OpenOptions, withRegular } from './openRegular.ts';

/** What is wanted of a file's permissions; what is left out stays as it is. */
export interface Ownership {
  /** Up to 0o7777. */
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** Sets owner, group and mode of what is open: never of what lies behind its name by now. */
export function setOwnership(fd: number, path: string, { mode, uid, gid }: Ownership): void {
  const before = fstatSync(fd);
  const [owner, group] = [uid ?? before.uid, gid ?? before.gid];
  const moves = owner !== before.uid || group !== before.gid;
  if (moves) named(path, () => chownOpen(fd, owner, group));
  // After the owner: a change of owner clears the set-user-id bit.
  const wanted = mode ?? (moves ? before.mode & 0o7777 : undefined);
  if (wanted === undefined || (!moves && wanted === (before.mode & 0o7777))) return;
  named(path, () => chmodOpen(fd, wanted));
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
    setOwnership(file.handle.fd, file.path, wanted);
  });
}

/** Sets owner, group and mode of a directory; a link in its place is refused. */
export async function setDirectoryOwnership(path: string, wanted: Ownership): Promise<void> {
  const absolute = resolve(path);
  await inFolder(dirname(absolute), async (folder) => {
    const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW;
    // Without opening it for reading where that can be: we need not be allowed to list it.
    const fd = openSync(folder.at(basename(absolute)), (O_PATH || constants.O_RDONLY) | flags);
    try {
      setOwnership(fd, absolute, wanted);
    } finally {
      closeSync(fd);
    }
  });
}

// A descriptor of O_PATH can't be changed itself; the path to it in /proc leads to the very same file.
function chownOpen(fd: number, uid: number, gid: number): void {
  if (O_PATH === 0) fchownSync(fd, uid, gid);
  else chownSync(`/proc/self/fd/${fd}`, uid, gid);
}

function chmodOpen(fd: number, mode: number): void {
  if (O_PATH === 0) fchmodSync(fd, mode);
  else chmodSync(`/proc/self/fd/${fd}`, mode);
}

function named(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const told = new Error(`${message.split(',')[0]}: owner, group or mode of ${path}`, { cause });
    throw Object.assign(told, { code });
  }
}
