import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { formatSize } from '../model/size.ts';
import { type FileVersion, versionOf } from './FileVersion.ts';
import { type OpenFile, type OpenOptions, withRegular } from './openRegular.ts';

/** The most bytes that are read at once where nothing else is said: what is edited is text. */
const MOST = 256 * 1024 * 1024;

/** What a regular file holds, and what the system says of it. */
export interface RegularFile {
  readonly bytes: Buffer;
  readonly stat: BigIntStats;
  readonly version: FileVersion;
  /** Where it lies; behind the links where they were followed. */
  readonly path: string;
}

/** How a file is read. */
export interface ReadOptions extends OpenOptions {
  /** The most bytes that it may have; it is refused, unread, where it has more. */
  readonly most?: number;
}

/**
 * Reads a regular file; `undefined` where there is none. Never blocks, and refuses what is no regular file:
 * see `withRegular`.
 */
export function readRegular(
  path: string,
  options: ReadOptions = {},
): Promise<RegularFile | undefined> {
  return withRegular(path, options, async (file) =>
    file === undefined ? undefined : contentOf(file, options.most ?? MOST),
  );
}

async function contentOf(file: OpenFile, most: number): Promise<RegularFile> {
  const { handle, path, stat } = file;
  if (stat.size > most) throw tooLarge(path, most);
  return { bytes: await bytesOf(handle, path, most), stat, version: versionOf(stat), path };
}

/** To the end, also where the size says nothing of it, as in /proc. */
async function bytesOf(handle: FileHandle, path: string, most: number): Promise<Buffer> {
  const bytes = await handle.readFile();
  if (bytes.length > most) throw tooLarge(path, most);
  return bytes;
}

function tooLarge(path: string, most: number): Error {
  return new Error(`${path} is larger than ${formatSize(most)}`);
}
