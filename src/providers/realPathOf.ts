import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where a path leads to, all links followed; of what is not there yet, those of its folder. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Nothing there, or nothing that may be looked at: then its name is all that there is.
    const folder = dirname(path);
    return folder === path ? path : join(realPathOf(folder), basename(path));
  }
}
