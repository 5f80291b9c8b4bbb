import { fdatasync, fsync, ftruncate, open, read, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Work on open files, by their descriptors. What moves much data, or waits for a disk or its journal, is
 * asynchronous; looking at a file in an open folder, or setting its mode, is done at once: handing it to
 * another thread takes ten times as long as doing it.
 */
const reading = promisify(read);
const writing = promisify(write);

/** Opens or makes a file; out: its descriptor. To make one may have to wait for the journal of the disk. */
export const openFile: (path: string, flags: number, mode?: number) => Promise<number> =
  promisify(open);
/** Waits until what was written is on the disk. */
export const syncFile: (fd: number) => Promise<void> = promisify(fsync);
/** The same, for its content alone. */
export const syncContent: (fd: number) => Promise<void> = promisify(fdatasync);
/** Makes a file as long as that, in bytes. */
export const truncateFile: (fd: number, size: number) => Promise<void> = promisify(ftruncate);

/** Bytes that are in the system's memory faster than in another thread. */
const FEW = 64 * 1024;

/** Writes all of some bytes at a position. */
export async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    done +=
      left <= FEW
        ? writeSync(fd, bytes, done, left, position + done)
        : (await writing(fd, bytes, done, left, position + done)).bytesWritten;
  }
}

/** Copies the bytes from a position up to another one to the same place in another file. */
export async function copyRange(
  from: number,
  to: number,
  start: number,
  end: number,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(end - start, 0)));
  for (let at = start; at < end; ) {
    const { bytesRead } = await reading(from, buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) throw new Error('a file is shorter than it was');
    await writeAll(to, buffer.subarray(0, bytesRead), at);
    at += bytesRead;
  }
}

/** Bytes that are copied at a time. */
const CHUNK = 1024 * 1024;
