import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { copyRange, syncContent, syncFile, truncateFile } from './descriptor.ts';
import { type FileVersion, versionOf } from './FileVersion.ts';
import { type Ownership, setOwnership } from './ownership.ts';

const WRITING = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Writes a file over another one, which stays the same one: for what can't be replaced. The new content is
 * complete before, and what the file grows by is written first: on a full disk all of the old content
 * stays. Readers, and a kill, may see a part of both.
 *
 * In: a path to the file, its name as people know it, and the descriptor of the new content.
 */
export async function writeInPlace(
  at: string,
  path: string,
  staged: number,
  options: Ownership & { readonly expect?: FileVersion },
): Promise<void> {
  const file = openSync(at, WRITING);
  try {
    const before = fstatSync(file, { bigint: true });
    const isExpected = options.expect === undefined || options.expect === versionOf(before);
    if (!before.isFile() || !isExpected) throw new ChangedMeanwhile(path);
    // Before the content: whoever must not read the new one may have been allowed to read the old one.
    setOwnership(file, path, options);
    await overwrite(staged, file, Number(before.size));
    await syncFile(file);
  } finally {
    closeSync(file);
  }
}

async function overwrite(from: number, to: number, oldSize: number): Promise<void> {
  const { size } = fstatSync(from);
  try {
    await copyRange(from, to, oldSize, size);
    if (size > oldSize) await syncContent(to);
  } catch (error) {
    await truncateFile(to, oldSize);
    throw error;
  }
  await copyRange(from, to, 0, Math.min(size, oldSize));
  if (size < oldSize) await truncateFile(to, size);
}
