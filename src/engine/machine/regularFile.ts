import { constants, type PathLike, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/**
 * Reads a file. What waits for somebody else, a pipe or a device, is refused: a task that reads it by
 * mistake would stand there for ever.
 */
export async function readRegular(path: PathLike): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return closing(file, async () => {
    const found = await file.stat();
    if (!found.isFile()) throw new Error(`${path} is ${kindOf(found)}, not a file`);
    return file.readFile();
  });
}

/** Appends to a file, which is made where it isn't there, or to a device that takes it at once. */
export async function appendTo(path: PathLike, content: Uint8Array): Promise<void> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
  return closing(file, async () => {
    const found = await file.stat();
    const takes = found.isFile() || found.isCharacterDevice();
    if (!takes) throw new Error(`${path} is ${kindOf(found)}, not a file`);
    await file.appendFile(content);
  });
}

/** Refuses a target that a copy would wait for; there need not be anything. */
export async function refuseSpecial(path: PathLike): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw new Error(`${path} is ${kindOf(found)}, not a file`);
}

/** What something is that is no file. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

async function closing<T>(file: FileHandle, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    await file.close();
  }
}
