import { writeSync } from 'node:fs';

/**
 * Writes a text to a descriptor, all of it, before returning: what was acknowledged on the terminal
 * must not sit in a buffer when the process is killed. A full pipe is waited for; one that nobody
 * reads any more (`| head`) ends the program quietly, as it would any other.
 */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
