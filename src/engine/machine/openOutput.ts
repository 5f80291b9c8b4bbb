import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SlothError } from '../../errors/SlothError.ts';

/**
 * Opens a file for what a program prints, emptied. A pipe without a reader, or a device that waits,
 * is refused instead of waited for.
 */
export async function openOutput(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_NONBLOCK } = constants;
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o666);
    try {
      const stat = await file.stat();
      if (stat.isFile()) await file.truncate(0);
      else if (!stat.isCharacterDevice()) throw new Error('it is neither a file nor a device');
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  } catch (cause) {
    const reason = `${path}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new SlothError('host.call_failed', { name: 'exec.run', reason }, { cause });
  }
}
