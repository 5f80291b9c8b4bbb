import { join } from 'node:path';
import { readText } from '../../files/readText.ts';
import type { UnpackedEntries, UnpackedEntry } from './unpackedEntries.ts';

/** What was unpacked: the digest of the archive, and each entry by its path. */
export interface FileList {
  readonly source: string;
  readonly entries: UnpackedEntries;
  /** Whether the folder was made for it. */
  readonly madeFolder: boolean;
}

/** Where the list of a folder lies. */
export function listPath(path: string): string {
  return join(path, '.sloth-archive.json');
}

/** The list of a folder; `undefined` where nothing was unpacked into it. */
export async function readList(path: string): Promise<FileList | undefined> {
  const text = await readText(listPath(path));
  if (text === undefined) return undefined;
  const list = JSON.parse(text) as Partial<FileList> & { files?: Record<string, string> };
  // An earlier version knew only files, and no modes.
  const files = Object.entries(list.files ?? {}).map(([name, digest]): [string, UnpackedEntry] => [
    name,
    { sort: 'file', digest, mode: 0 },
  ]);
  return {
    source: list.source ?? '',
    entries: list.entries ?? Object.fromEntries(files),
    madeFolder: list.madeFolder ?? false,
  };
}
