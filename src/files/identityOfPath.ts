import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** As many as Linux follows in one path. */
const MOST_LINKS = 40;

/**
 * One name for one place: the path with the links in its folder's path seen through, as far as the folders
 * exist. The last component is not followed: the link itself is the object. With `followLinks` it is, for
 * those who edit the file behind it; also where that doesn't exist yet.
 */
export function identityOfPath(path: string, options: { followLinks?: boolean } = {}): string {
  let place = inRealFolder(resolve(path));
  for (let links = 0; options.followLinks === true && links < MOST_LINKS; links += 1) {
    const target = targetOf(place);
    if (target === undefined) break;
    place = inRealFolder(resolve(dirname(place), target));
  }
  return place;
}

function inRealFolder(path: string): string {
  return path === '/' ? path : join(realFolder(dirname(path)), basename(path));
}

/** The real path of the deepest folder that exists, and the rest as it is written. */
function realFolder(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // Not there, no folder, or nothing that we may look at: the name is all there is to go by.
    return path === '/' ? path : join(realFolder(dirname(path)), basename(path));
  }
}

function targetOf(path: string): string | undefined {
  const stat = (() => {
    try {
      return lstatSync(path, { throwIfNoEntry: false });
    } catch {
      // As above: what can't be looked at is taken by its name.
      return undefined;
    }
  })();
  return stat?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
