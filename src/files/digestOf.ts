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
    file === undefined ? undefined : digestOfHandle(file.handle),
  );
}

/** The digest of what a declaration names as a source. Rejects where there is no such file. */
export function digestOfSource(path: string): Promise<string> {
  return withSource(path, ({ handle }) => digestOfHandle(handle));
}

/** The digest of what an open file holds, from its beginning. */
export async function digestOfHandle(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(handle)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

/** What an open file holds, from its beginning; each chunk is only good until the next one is asked for. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
