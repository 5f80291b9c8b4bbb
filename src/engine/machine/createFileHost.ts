import { constants, type PathLike } from 'node:fs';
import { access, cp, glob, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import { bytesToText, textToBytes } from '../../model/bytes.ts';
import type { FileStat, TaskHost } from '../../model/host.ts';
import { pathOf } from './pathOf.ts';
import { appendTo, readRegular, refuseSpecial } from './regularFile.ts';
import { replaceContent } from './replaceContent.ts';

/** The part of a task's host that works on files. */
export type FileHost = Pick<
  TaskHost,
  | 'fsRead'
  | 'fsWrite'
  | 'fsAppend'
  | 'fsExists'
  | 'fsStat'
  | 'fsMkdir'
  | 'fsRemove'
  | 'fsCopy'
  | 'fsRename'
  | 'fsList'
  | 'fsGlob'
>;

/** Serves `fs` relative to a working directory; failures name the call and the system's reason. */
export function createFileHost(workdir: string): FileHost {
  const full = (path: string): string => resolve(workdir, path);
  const at = (path: string): string | Buffer => pathOf(full(path));
  return {
    fsRead: (path) => named('fs.read', async () => bytesToText(await readRegular(at(path)))),
    fsWrite: (path, content, options = {}) =>
      named('fs.write', () => replaceContent(full(path), textToBytes(content), options.mode)),
    fsAppend: (path, content) => named('fs.append', () => appendTo(at(path), textToBytes(content))),
    fsExists: (path) => exists(at(path)),
    fsStat: (path) => named('fs.stat', () => statOf(at(path))),
    fsMkdir: (path) =>
      named('fs.mkdir', async () => {
        await mkdir(at(path), { recursive: true });
      }),
    fsRemove: (path) =>
      named('fs.remove', async () => {
        const there = (await statOf(at(path))) !== undefined;
        await rm(at(path), { recursive: true, force: true });
        return there;
      }),
    fsCopy: (from, to) =>
      named('fs.copy', async () => {
        await refuseSpecial(at(to));
        await cp(full(from), full(to), { recursive: true });
      }),
    fsRename: (from, to) => named('fs.rename', () => rename(at(from), at(to))),
    fsList: (path) =>
      named('fs.list', async () => {
        const names = await readdir(at(path), { encoding: 'buffer' });
        return names.map((name) => bytesToText(name)).sort();
      }),
    fsGlob: (pattern) =>
      named('fs.glob', async () => (await Array.fromAsync(glob(pattern, { cwd: workdir }))).sort()),
  };
}

/** Gives whatever the system throws the name of the call that a workflow made. */
async function named<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('host.call_failed', { name, reason }, { cause });
  }
}

async function exists(path: PathLike): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    // Whatever the reason, the workflow can't see it: that is what was asked.
    return false;
  }
}

async function statOf(path: PathLike): Promise<FileStat | undefined> {
  try {
    const stat = await lstat(path);
    const type = stat.isFile()
      ? 'file'
      : stat.isDirectory()
        ? 'directory'
        : stat.isSymbolicLink()
          ? 'symlink'
          : 'other';
    return { type, size: stat.size, mode: stat.mode & 0o7777, mtime: stat.mtimeMs / 1000 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
