import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Properties } from '../model/provider.ts';
import { optionalText, textOf } from './property.ts';

/** The rows of `/etc/passwd` or `/etc/group` by name, of the system under the declared root. */
export async function accountsIn(
  properties: Properties,
  database: 'passwd' | 'group',
): Promise<Map<string, string[]>> {
  const path = join(textOf(properties, 'root') || '/', 'etc', database);
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => line.split(':')).map((row) => [row[0] ?? '', row]));
}

/** What makes the programs work on the system under the declared root. */
export function rootFlags(properties: Properties): string[] {
  const root = optionalText(properties, 'root');
  return root === undefined ? [] : ['--prefix', root];
}
