import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lookAt } from './lookAt.ts';

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
