import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  appendFile,
  cp,
  type FileHandle,
  glob,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  unlink,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import type { FileStat, TaskHost } from '../../model/host.ts';

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
  const at = (path: string): string => resolve(workdir, path);
  return {
    fsRead: (path) => named('fs.read', () => readFile(at(path), 'utf8')),
    fsWrite: (path, content, options = {}) =>
      named('fs.write', () => writeAtomically(at(path), content, options.mode)),
    fsAppend: (path, content) => named('fs.append', () => appendFile(at(path), content)),
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
    fsCopy: (from, to) => named('fs.copy', () => cp(at(from), at(to), { recursive: true })),
    fsRename: (from, to) => named('fs.rename', () => rename(at(from), at(to))),
    fsList: (path) => named('fs.list', async () => (await readdir(at(path))).sort()),
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

/**
 * Replaces a file in one step: a reader, or a kill, sees the old content or the new, never a part.
 * The new content is on the disk before it takes the old one's place.
 */
async function writeAtomically(path: string, content: string, mode?: number): Promise<void> {
  const before = await statOf(path);
  const temporary = join(dirname(path), `.${randomUUID()}.partial`);
  const file = await openBeside(path, temporary, mode ?? before?.mode ?? 0o666);
  try {
    if (mode !== undefined || before !== undefined) await file.chmod(mode ?? before?.mode ?? 0o644);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close();
    await unlink(temporary);
    throw error;
  }
}

/** Opens the temporary file; what goes wrong is told of the file that was meant. */
async function openBeside(path: string, temporary: string, mode: number): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const reason = missing ? `there is no folder ${dirname(path)}` : `${code}: ${path}`;
    throw new Error(reason, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    // Whatever the reason, the workflow can't see it: that is what was asked.
    return false;
  }
}

async function statOf(path: string): Promise<FileStat | undefined> {
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
