import { readFile } from 'node:fs/promises';
import { lookAt } from './lookAt.ts';

/** The text of a file; `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return (await lookAt(path)) === undefined ? undefined : readFile(path, 'utf8');
}
