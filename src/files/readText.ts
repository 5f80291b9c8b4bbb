import { readRegular } from './readRegular.ts';

/**
 * The text of a regular file, read as UTF-8, links followed by the rule of `followLinks`; `undefined` where
 * there is none. Never blocks. Bytes that are no UTF-8 are lost: not for what is written back.
 */
export async function readText(path: string): Promise<string | undefined> {
  return (await readRegular(path, { followLinks: true }))?.bytes.toString('utf8');
}
