import { existsSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { SlothError } from '../errors/SlothError.ts';
import { inFolder } from '../files/inFolder.ts';
import { removeLeftovers } from '../files/removeLeftovers.ts';
import { temporaryName } from '../files/temporaryName.ts';

/** How a file that somebody asked for with `-o` is written. */
export interface OutputFileOptions {
  /** Over one that is there. */
  readonly force: boolean;
  /** Its permissions, before the umask. */
  readonly mode: number;
}

/** Answers of a file system that has no hard links. */
const NO_LINKS: readonly unknown[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Writes a file, whole or not at all; what a killed process left half of, the next one removes. Rejects with
 * `output.file_exists` rather than write over one, and otherwise as the file system does.
 */
export async function writeOutputFile(
  path: string,
  content: string | Uint8Array,
  { force, mode }: OutputFileOptions,
): Promise<void> {
  if (!force && existsSync(path)) throw new SlothError('output.file_exists', { path });
  await inFolder(dirname(path), async (folder) => {
    await removeLeftovers(folder);
    const [partial, target] = [folder.at(temporaryName()), folder.at(basename(path))];
    try {
      await writeFile(partial, content, { mode, flag: 'wx' });
      await (force ? rename(partial, target) : placeNew(partial, target, path));
    } finally {
      await rm(partial, { force: true });
    }
  });
}

/** Another one may have come there since it was looked for: a link never replaces it. */
async function placeNew(partial: string, target: string, path: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new SlothError('output.file_exists', { path }, { cause: error });
    if (!NO_LINKS.includes(code)) throw error;
    await rename(partial, target);
  }
}
