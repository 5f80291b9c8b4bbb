import { basename, resolve } from 'node:path';
import type { ProviderMachine } from '../model/provider.ts';

/** A path of a declaration, made absolute. Throws where it begins as a shell would expand it. */
export function pathIn(machine: ProviderMachine, path: string): string {
  if (/^~(?:[\w.-]*\/|$)/.test(path)) {
    throw new Error(`'~' of '${path}' is not expanded: write the folder out, or ./~ for that name`);
  }
  if (path.includes('\0')) throw new Error('a path must not hold a NUL character');
  return resolve(machine.workdir, path);
}

/**
 * The path of one entry of a folder, made absolute: a file, a link, or with `isFolder` a directory. Throws
 * where it names none: empty, `/`, `.` or `..`, or a file with a `/` at its end.
 */
export function placeIn(
  machine: ProviderMachine,
  path: string,
  { isFolder = false }: { readonly isFolder?: boolean } = {},
): string {
  const place = pathIn(machine, path);
  const name = /[^/]*$/.exec(path.replace(/\/+$/, ''))?.[0] ?? '';
  if (['', '.', '..'].includes(name) || basename(place) === '') {
    throw new Error(
      `'${path}' names no ${isFolder ? 'directory' : 'file'} that can be made or deleted`,
    );
  }
  if (path.endsWith('/') && !isFolder)
    throw new Error(`'${path}' ends with '/': it names a directory`);
  return place;
}
