import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { followLinks } from './followLinks.ts';
import { inFolder, MissingFolder } from './inFolder.ts';
import { isMissing, lookAt, sortOf } from './lookAt.ts';

/** A regular file that is open for reading. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
  /** Where it lies; behind the links where they were followed. */
  readonly path: string;
}

/** How a file is looked for. */
export interface OpenOptions {
  /** Whether a link is followed, by the rule of `followLinks`; otherwise it is refused. */
  readonly followLinks?: boolean;
}

/** Nothing more than this: a pipe that opens without a writer, a link that is refused. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens a regular file for as long as an action takes; the action gets `undefined` where nothing is there.
 * Never blocks: whatever else lies there (a pipe, a device, a socket, a link, a directory) is refused with
 * its name, and not opened.
 */
export async function withRegular<T>(
  path: string,
  options: OpenOptions,
  action: (file: OpenFile | undefined) => Promise<T>,
): Promise<T> {
  const absolute = resolve(path);
  const target = options.followLinks === true ? await followLinks(absolute) : absolute;
  if (target === '/') throw notRegular(target, 'directory');
  return orMissing(
    () =>
      inFolder(dirname(target), (folder) => openAt(folder.at(basename(target)), target, action)),
    () => action(undefined),
  );
}

/**
 * Opens what a declaration names as a source: all links are followed, since whoever wrote the declaration
 * named it. Rejects where it is not there, or no regular file.
 */
export async function withSource<T>(
  path: string,
  action: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const found = await stat(path).catch((error: unknown) => {
    throw isMissing(error) ? new Error(`there is nothing at ${path}`, { cause: error }) : error;
  });
  if (!found.isFile()) throw notRegular(path, sortOf(found));
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return closing(handle, path, action);
}

/**
 * Opens what was looked at and is a regular file, wherever the links in its folder's path lead: for those
 * who only look, and look at many.
 */
export async function withSeen<T>(
  path: string,
  action: (file: OpenFile) => Promise<T>,
): Promise<T> {
  return closing(await open(path, READING), path, action);
}

async function openAt<T>(
  at: string,
  path: string,
  action: (file: OpenFile | undefined) => Promise<T>,
): Promise<T> {
  const before = await lookAt(at);
  if (before === undefined) return action(undefined);
  // Not even opened: opening a pipe wakes up who waits for a reader, and a device may act on it.
  if (!before.isFile()) throw notRegular(path, sortOf(before));
  return closing(await open(at, READING), path, action);
}

/** The error of something that is no regular file. */
export function notRegular(path: string, sort: string): Error {
  return new Error(`${path} is a ${sort}, not a file`);
}

async function closing<T>(
  handle: FileHandle,
  path: string,
  action: (file: OpenFile) => Promise<T>,
): Promise<T> {
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw notRegular(path, sortOf(found));
    return await action({ handle, stat: found, path });
  } finally {
    await handle.close();
  }
}

/** What an action gives, or what another one does where there is no folder to work in. */
async function orMissing<T>(action: () => Promise<T>, missing: () => Promise<T>): Promise<T> {
  let cause: unknown;
  try {
    return await action();
  } catch (error) {
    cause = error;
  }
  const { code } = cause as NodeJS.ErrnoException;
  if (cause instanceof MissingFolder || code === 'ENOTDIR') return missing();
  throw cause;
}
