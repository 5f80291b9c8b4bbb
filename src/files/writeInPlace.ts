import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { type FileVersion, versionOf } from './FileVersion.ts';
import { type Ownership, setOwnership } from './ownership.ts';

const CHUNK = 1024 * 1024;
const WRITING = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Writes a file over another one, which stays the same one: for what can't be replaced. The new content is
 * complete before, and what the file grows by is written first: on a full disk all of the old content
 * stays. Readers, and a kill, may see a part of both.
 */
export async function writeInPlace(
  at: string,
  path: string,
  staged: FileHandle,
  options: Ownership & { readonly expect?: FileVersion },
): Promise<void> {
  const file = await open(at, WRITING);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw new ChangedMeanwhile(path);
    if (options.expect !== undefined && options.expect !== versionOf(before)) {
      throw new ChangedMeanwhile(path);
    }
    // Before the content: whoever must not read the new one may have been allowed to read the old one.
    await setOwnership(file, path, options);
    await overwrite(staged, file, Number(before.size));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function overwrite(from: FileHandle, to: FileHandle, oldSize: number): Promise<void> {
  const { size } = await from.stat();
  try {
    await copyRange(from, to, oldSize, size);
    if (size > oldSize) await to.datasync();
  } catch (error) {
    await to.truncate(oldSize);
    throw error;
  }
  await copyRange(from, to, 0, Math.min(size, oldSize));
  if (size < oldSize) await to.truncate(size);
}

async function copyRange(
  from: FileHandle,
  to: FileHandle,
  start: number,
  end: number,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(end - start, 0)));
  for (let at = start; at < end; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, end - at), at);
    await writeAll(to, buffer.subarray(0, bytesRead), at);
    at += bytesRead;
  }
}

/** Writes all of some bytes at a position. */
export async function writeAll(to: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await to.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
