import { constants, type PathLike, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Reads a file. What waits for somebody else, a pipe or a device, is refused: a task that reads it by
 * mistake would stand there for ever.
 */
export async function readRegular(path: PathLike): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return closing(file, async () => {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(`${path} is ${kindOf(stat)}, not a file`);
    return file.readFile();
  });
}

/** Appends to a file, which is made where it isn't there, or to a device that takes it at once. */
export async function appendTo(path: PathLike, content: Uint8Array): Promise<void> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
  return closing(file, async () => {
    const stat = await file.stat();
    const takes = stat.isFile() || stat.isCharacterDevice();
    if (!takes) throw new Error(`${path} is ${kindOf(stat)}, not a file`);
    await file.appendFile(content);
  });
}

/** What something is that is no file. */
export function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a directory';
  if (stat.isFIFO()) return 'a named pipe';
  if (stat.isSocket()) return 'a socket';
  return 'a device';
}

async function closing<T>(file: FileHandle, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    await file.close();
  }
}
