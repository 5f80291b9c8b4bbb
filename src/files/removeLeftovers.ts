import { readdir, unlink } from 'node:fs/promises';
import type { Folder } from './inFolder.ts';
import { isMissing, lookAt } from './lookAt.ts';
import { isLeftover, isTemporaryName } from './temporaryName.ts';

/** Folders that were looked through: to list a large one for each of its files would take too long. */
const seen = new Set<string>();

/**
 * Removes what killed processes of ours left in a folder; nothing whose name we would not have given, and
 * nothing of a process that still runs. Each folder is looked through once, unless `again` says otherwise.
 */
export async function removeLeftovers(folder: Folder, again = false): Promise<void> {
  if (seen.has(folder.path) && !again) return;
  seen.add(folder.path);
  for (const name of await namesIn(folder)) {
    if (!isTemporaryName(name)) continue;
    const stat = await lookAt(folder.at(name));
    if (stat === undefined || stat.isDirectory() || !isLeftover(name, stat.mtimeMs)) continue;
    await unlink(folder.at(name)).catch((error: unknown) => {
      // Another of us was faster.
      if (!isMissing(error)) throw error;
    });
  }
}

async function namesIn(folder: Folder): Promise<string[]> {
  try {
    return await readdir(folder.at('.'));
  } catch (error) {
    // A folder that we may write to but not list: what lies in it can't be known.
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw error;
  }
}
