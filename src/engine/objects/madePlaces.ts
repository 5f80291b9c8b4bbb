import { readdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import { removeDirectory, removeFile } from '../../files/removeEntry.ts';
import type { MadePlaces, ResourceEntry } from '../../model/entry.ts';
import type { Properties, Provider } from '../../model/provider.ts';

/**
 * What has to be made on the way to an object: the file that an edit begins, the folders above it.
 * `undefined` where all of it is there. Asked before the apply; after that nobody could tell.
 */
export async function missingPlaces(
  { place, makesPlace }: Pick<Provider, 'place' | 'makesPlace'>,
  properties: Properties,
): Promise<MadePlaces | undefined> {
  const path = place?.(properties);
  if (path === undefined || (await lookAt(path)) !== undefined) return undefined;
  const folders: string[] = [];
  for (let at = dirname(path); (await lookAt(at)) === undefined; at = dirname(at)) folders.push(at);
  if (makesPlace === true && folders.length === 0) return undefined;
  return { file: makesPlace === true ? null : path, folders };
}

/**
 * Takes away what was made on the way to an object that is gone, where nothing is in it; gives what has
 * to stay, because others put something there.
 */
async function removeMade({ file, folders }: MadePlaces): Promise<MadePlaces | undefined> {
  if (file !== null) {
    const stat = await lookAt(file);
    if (stat?.isFile() === true && stat.size === 0) await removeFile(file);
    else if (stat !== undefined) return { file, folders };
  }
  for (const [index, folder] of folders.entries()) {
    const isThere = (await lookAt(folder))?.isDirectory() === true;
    if (!isThere) continue;
    if (!(await removeIfEmpty(folder))) return { file, folders: folders.slice(index) };
  }
  return undefined;
}

/**
 * Takes away, with an object that is gone, what was made on the way to it, where nothing else is in it; gives
 * what has to stay.
 */
export async function removeWith(
  { holdsNothing }: Pick<Provider, 'holdsNothing'>,
  properties: Properties,
  made: MadePlaces | undefined,
): Promise<MadePlaces | undefined> {
  if (made === undefined) return undefined;
  if (made.file !== null && (await holdsNothing?.(properties)) === true) await unlink(made.file);
  return removeMade(made);
}

/** What is there of what was to be made: an apply that failed may have come to none of it. */
export async function madeSoFar({ file, folders }: MadePlaces): Promise<MadePlaces | undefined> {
  const there: string[] = [];
  for (const folder of folders) if ((await lookAt(folder)) !== undefined) there.push(folder);
  const own = file !== null && (await lookAt(file)) !== undefined ? file : null;
  return own === null && there.length === 0 ? undefined : { file: own, folders: there };
}

/** What was made at two times, of one object or of two in one folder. */
export function withMade(
  first: MadePlaces | undefined,
  second: MadePlaces | undefined,
): MadePlaces | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    file: first.file ?? second.file,
    folders: [...new Set([...first.folders, ...second.folders])],
  };
}

/** Another resource in what has to stay: with the last of them, it goes. */
export function heirOf(
  { file, folders }: MadePlaces,
  address: string,
  entries: ReadonlyMap<string, ResourceEntry>,
): string | undefined {
  const [folder] = folders;
  for (const [other, { identity }] of entries) {
    if (other === address) continue;
    const isInside = folder !== undefined && identity.startsWith(`${folder}/`);
    if (isInside || (file !== null && identity.startsWith(`${file} `))) return other;
  }
  return undefined;
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  if ((await readdir(folder)).length > 0) return false;
  await removeDirectory(folder);
  return true;
}
