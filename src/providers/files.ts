import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readFile, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ProviderMachine } from '../model/provider.ts';

/** What lies at a path, links not followed; `undefined` for nothing. Rejects where it can't look. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What sort of thing lies at a path. */
export function sortOf(stat: Stats): string {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'special file';
}

/** The text of a file; `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return (await lookAt(path)) === undefined ? undefined : readFile(path, 'utf8');
}

/** A digest that stands for a content, in a form that tells what it is. */
export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** A path of a declaration, made absolute. */
export function pathIn(machine: ProviderMachine, path: string): string {
  return resolve(machine.workdir, path);
}

/**
 * Replaces a file in one step: whoever reads it, or a kill, sees the old content or the new, never a
 * part. The new content is on the disk before it takes the old one's place; a full disk leaves the
 * old one.
 */
export async function replaceFile(
  path: string,
  content: string | Buffer,
  prepare: (temporary: string) => Promise<void>,
): Promise<void> {
  const before = await lookAt(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  const file = await open(temporary, 'wx', before === undefined ? 0o666 : before.mode & 0o7777);
  try {
    if (before !== undefined) await file.chmod(before.mode & 0o7777);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await prepare(temporary);
    await rename(temporary, path);
  } catch (error) {
    await file.close();
    await unlink(temporary);
    throw error;
  }
}
