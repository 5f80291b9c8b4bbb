import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { bytesToText } from '../../model/bytes.ts';
import { pathOf } from './pathOf.ts';
import { kindOf } from './regularFile.ts';

/** As many links as the system itself follows. */
const MOST_LINKS = 40;

/**
 * Gives a file another content in one step: a reader, or a kill, sees the old content or the new, never
 * a part. The new content is on the disk before it takes the old one's place.
 *
 * A link stays, and what it leads to is written. Owner, group and mode stay too, unless a mode is given.
 * Where the file can't be replaced without losing its owner, because the folder can't be written, or
 * because it is mounted, it is written in place. What is no file is refused, except for a device that
 * takes the content at once.
 */
export async function replaceContent(
  path: string,
  content: Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const target = await endOfLinks(path);
  const before = await statIfThere(target);
  if (before !== undefined && !before.isFile()) {
    if (!before.isCharacterDevice()) throw new Error(`${path} is ${kindOf(before)}, not a file`);
    await writeInPlace(target, content, mode);
  } else if (before === undefined) {
    await writeBeside(target, content, mode, undefined);
  } else if (!keepsOwner(before) || !(await tryReplace(target, content, mode, before))) {
    await writeInPlace(target, content, mode);
  }
}

/** Whether a new file of ours can be given to the owner of the old one. */
function keepsOwner(before: Stats): boolean {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return uid === 0 || (before.uid === uid && (before.gid === gid || isOurGroup(before.gid)));
}

function isOurGroup(gid: number): boolean {
  return process.getgroups?.().includes(gid) ?? false;
}

/** `false` where only the file itself may be written, not its folder; nothing has changed then. */
async function tryReplace(
  path: string,
  content: Uint8Array,
  mode: number | undefined,
  before: Stats,
): Promise<boolean> {
  try {
    await writeBeside(path, content, mode, before);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['EACCES', 'EPERM', 'EROFS', 'EBUSY'].includes(code ?? '')) return false;
    throw error;
  }
}

async function writeBeside(
  path: string,
  content: Uint8Array,
  mode: number | undefined,
  before: Stats | undefined,
): Promise<void> {
  const temporary = pathOf(join(dirname(path), `.${randomUUID()}.partial`));
  const final = mode ?? (before && before.mode & 0o7777);
  // Nobody else may read it before it has its owner and its mode.
  const file = await open(temporary, 'wx', final === undefined ? 0o666 : 0o600);
  try {
    if (before !== undefined) await giveTo(file, before);
    if (final !== undefined) await file.chmod(final);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await rename(temporary, pathOf(path));
  } catch (error) {
    await file.close();
    await unlink(temporary);
    throw error;
  }
}

async function giveTo(file: FileHandle, { uid, gid }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
}

async function writeInPlace(
  path: string,
  content: Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const file = await open(pathOf(path), constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    const isFile = (await file.stat()).isFile();
    if (mode !== undefined && isFile) await file.chmod(mode);
    await file.writeFile(content);
    if (isFile) {
      await file.truncate(content.length);
      await file.sync();
    }
  } finally {
    await file.close();
  }
}

/** Where a path leads to in the end; there need not be anything. */
async function endOfLinks(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = await folderOf(at);
    const here = join(folder, basename(at));
    const target = await linkAt(here);
    if (target === undefined) return here;
    // Not normalised: `..` behind a link is the system's to resolve.
    at = isAbsolute(target) ? target : `${folder}/${target}`;
  }
  throw new Error(`${path} leads through more than ${MOST_LINKS} links`);
}

async function folderOf(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    return bytesToText(await realpath(pathOf(folder), { encoding: 'buffer' }));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause;
    throw new Error(`there is no folder ${folder}`, { cause });
  }
}

async function linkAt(path: string): Promise<string | undefined> {
  try {
    return bytesToText(await readlink(pathOf(path), { encoding: 'buffer' }));
  } catch (error) {
    // Something else than a link, or nothing.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EINVAL' || code === 'ENOENT') return undefined;
    throw error;
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(pathOf(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
