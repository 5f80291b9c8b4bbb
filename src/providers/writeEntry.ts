import { dirname } from 'node:path';
import { MissingFolder } from '../files/inFolder.ts';
import { makeFolders } from '../files/makeFolders.ts';
import type { PropertySchema } from '../model/provider.ts';

/** The property of everything whose folder may be made with it. */
export const parentsProperty: Readonly<Record<string, PropertySchema>> = {
  parents: { type: 'flag', help: 'make the missing folders above it, as mkdir -p does' },
};

/**
 * Writes something that lies in a folder; makes the missing ones above it where that was declared, and
 * otherwise says what to write.
 */
export async function writeEntry<T>(
  path: string,
  parents: boolean,
  write: () => Promise<T>,
): Promise<T> {
  if (parents) await makeFolders(dirname(path));
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof MissingFolder)) throw error;
    const how = 'declare it as a directory, or write parents = true';
    throw new Error(`the folder ${error.folder} is missing: ${how}`, { cause: error });
  }
}
