import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { digestOfFile } from '../../files/digestOf.ts';
import { lookAt } from '../../files/lookAt.ts';

/** What lies at one path: a file by its digest, a link by its target, or a directory. */
export type UnpackedEntry =
  | { readonly sort: 'file'; readonly digest: string; readonly mode: number }
  | { readonly sort: 'symlink'; readonly target: string }
  | { readonly sort: 'directory'; readonly mode: number };

/** Entries by their path below a folder. */
export type UnpackedEntries = Readonly<Record<string, UnpackedEntry>>;

/** What lies at a path; `undefined` for nothing, and `null` for what an archive can't have made. */
export async function entryAt(path: string): Promise<UnpackedEntry | null | undefined> {
  const stat = await lookAt(path);
  if (stat === undefined) return undefined;
  const mode = stat.mode & 0o777;
  if (stat.isSymbolicLink()) return { sort: 'symlink', target: await readlink(path) };
  if (stat.isDirectory()) return { sort: 'directory', mode };
  if (!stat.isFile()) return null;
  const digest = await digestOfFile(path);
  return digest === undefined ? undefined : { sort: 'file', digest, mode };
}

/** Everything below a folder, folders before what is in them; links are not followed. */
export async function entriesBelow(folder: string): Promise<Record<string, UnpackedEntry>> {
  const found: Record<string, UnpackedEntry> = {};
  const open = [folder];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const name of (await readdir(at)).sort()) {
      const path = join(at, name);
      const entry = await entryAt(path);
      const place = relative(folder, path);
      if (entry === null) throw new Error(`its archive holds '${place}', which is no file`);
      if (entry === undefined) continue;
      found[place] = entry;
      if (entry.sort === 'directory') open.push(path);
    }
  }
  return found;
}

/** Whether what lies there is what an entry says. */
export function sameEntry(a: UnpackedEntry, b: UnpackedEntry | null | undefined): boolean {
  return b !== null && b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Refuses a place that a link leads out of: whoever may write into the folder could otherwise have files
 * written, or deleted, anywhere.
 */
export async function assertInside(folder: string, name: string): Promise<void> {
  const parts = name.split(sep).slice(0, -1);
  let at = folder;
  for (const part of parts) {
    at = join(at, part);
    const stat = await lookAt(at);
    if (stat?.isSymbolicLink() === true) {
      throw new Error(`${at} is a link, and what lies in it is not ours`);
    }
  }
}

/** Puts an entry from a staging folder in its place, in one step where it is a file. */
export async function placeEntry(
  staging: string,
  folder: string,
  name: string,
  entry: UnpackedEntry,
): Promise<void> {
  const target = join(folder, name);
  await assertInside(folder, name);
  const there = await lookAt(target);
  if (there !== undefined && there.isDirectory() !== (entry.sort === 'directory')) {
    await (there.isDirectory() ? rmdir(target) : unlink(target));
  }
  if (entry.sort === 'directory') {
    await mkdir(target, { recursive: true });
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  if (entry.sort === 'symlink') {
    const beside = join(staging, '.link');
    await symlink(entry.target, beside);
    await rename(beside, target);
    return;
  }
  // Without the bits that would lend somebody's rights to whoever runs it.
  await chmod(join(staging, name), entry.mode);
  await rename(join(staging, name), target);
}

/** Sets the modes of directories, the deepest first: one that may not be written to comes last. */
export async function setDirectoryModes(folder: string, entries: UnpackedEntries): Promise<void> {
  const names = Object.keys(entries).sort((a, b) => b.length - a.length);
  for (const name of names) {
    const entry = entries[name];
    if (entry?.sort !== 'directory') continue;
    if (((await lstat(join(folder, name))).mode & 0o777) !== entry.mode) {
      await chmod(join(folder, name), entry.mode);
    }
  }
}

/** Removes entries, the deepest first; directories only where nothing is left in them. */
export async function removeEntries(folder: string, entries: UnpackedEntries): Promise<void> {
  const names = Object.keys(entries).sort((a, b) => b.length - a.length || (a < b ? 1 : -1));
  const isFolder = (name: string): boolean => entries[name]?.sort === 'directory';
  for (const name of [...names.filter((each) => !isFolder(each)), ...names.filter(isFolder)]) {
    await assertInside(folder, name);
    const path = join(folder, name);
    const stat = await lookAt(path);
    if (stat === undefined) continue;
    if (!stat.isDirectory()) await unlink(path);
    else if ((await readdir(path)).length === 0) await rmdir(path);
  }
}
