import { textToBytes } from '../../model/bytes.ts';

/** A path as the system takes it: names of files may hold bytes that are no text. */
export function pathOf(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(textToBytes(path));
}
