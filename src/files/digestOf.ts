import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type OpenOptions, withRegular, withSource } from './openRegular.ts';

/** Bytes that are read at a time: memory stays flat, whatever the size. */
const CHUNK = 1024 * 1024;

/** A digest that stands for a content, in a form that tells what it is. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The digest of what a regular file holds, of any size; `undefined` where there is none. Never blocks. */
export function digestOfFile(path: string, options: OpenOptions = {}): Promise<string | undefined> {
  return withRegular(path, options, async (file) =>
    file === undefined ? undefined : digestOfHandle(file.handle, Number(file.stat.size)),
  );
}

/** The digest of what a declaration names as a source. Rejects where there is no such file. */
export function digestOfSource(path: string): Promise<string> {
  return withSource(path, ({ handle, stat }) => digestOfHandle(handle, Number(stat.size)));
}

/** The digest of what an open file holds, from its beginning. In: its size, where that is known. */
export async function digestOfHandle(handle: FileHandle, size?: number): Promise<string> {
  const hash = createHash('sha256');
  await eachChunk(handle, size ?? 0, (chunk) => hash.update(chunk));
  return `sha256:${hash.digest('hex')}`;
}

/**
 * What an open file holds, from its beginning; each chunk is only good until the next one is asked for.
 */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** The same, for those who only look: a file whose size is known to be small takes one small read. */
async function eachChunk(
  handle: FileHandle,
  size: number,
  use: (chunk: Uint8Array) => unknown,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(size === 0 ? CHUNK : Math.min(CHUNK, size + 1));
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    use(buffer.subarray(0, bytesRead));
    at += bytesRead;
    // Less than was asked for is the end, but not in /proc, where sizes say nothing.
    if (bytesRead < buffer.length && size > 0 && at >= size) return;
  }
}
