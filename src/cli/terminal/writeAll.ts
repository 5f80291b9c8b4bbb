import { writeSync } from 'node:fs';

/**
 * Writes a text to a descriptor, all of it, before returning: what was acknowledged on the terminal
 * must not sit in a buffer when the process is killed. A full pipe is waited for. `false` when
 * nobody reads any more (`| head`): that ends what is printed, not what is done.
 */
export function writeAll(descriptor: number, text: string): boolean {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EIO') return false;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
