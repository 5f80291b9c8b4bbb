import { writeSync } from 'node:fs';
import { isTerminal } from './isTerminal.ts';

/** How a write ended: with all of it, without a reader, or with the system's reason. */
export type WriteEnd = 'written' | 'unread' | { readonly reason: string };

/**
 * Writes a text to a descriptor, all of it, before returning: what was acknowledged on the terminal
 * must not sit in a buffer when the process is killed. A full pipe is waited for. Nobody who reads any
 * more (`| head`), or a full disk, ends what is printed, not what is done.
 */
export function writeAll(descriptor: number, text: string | Uint8Array): WriteEnd {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || (code === 'EIO' && isTerminal(descriptor))) return 'unread';
      if (code !== 'EAGAIN') return { reason: message };
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return 'written';
}
