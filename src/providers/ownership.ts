import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { lookAt } from '../files/lookAt.ts';
import type { Ownership } from '../files/ownership.ts';
import { formatMode, parseMode } from '../files/parseMode.ts';
import type { Attributes, ChangeTrace, Properties, PropertySchema } from '../model/provider.ts';
import { given, optionalText } from './property.ts';

/** The properties of everything that lies in the file system. */
export const ownershipProperties: Readonly<Record<string, PropertySchema>> = {
  mode: { type: 'text', help: 'permissions, as 0644' },
  owner: { type: 'text', help: 'user that owns it, by name or number' },
  group: { type: 'text', help: 'group that owns it, by name or number' },
};

export const ownershipAttributes = {
  mode: { kind: 'configuration', severity: 'medium', impact: 'Wrong people may read or change it' },
  owner: {
    kind: 'configuration',
    severity: 'medium',
    impact: 'Wrong people may read or change it',
  },
  group: {
    kind: 'configuration',
    severity: 'medium',
    impact: 'Wrong people may read or change it',
  },
} as const;

/** What was declared of owner, group and mode; what was not declared is nobody's business. */
export function expectedOwnership(properties: Properties): Attributes {
  const mode = optionalText(properties, 'mode');
  return given({
    mode: mode === undefined ? undefined : formatMode(parseMode(mode)),
    owner: optionalText(properties, 'owner'),
    group: optionalText(properties, 'group'),
  });
}

/** What is there, as far as it was declared, in the same words (a number stays a number). */
export async function actualOwnership(properties: Properties, stat: Stats): Promise<Attributes> {
  return given({
    mode: properties.mode === undefined ? undefined : formatMode(stat.mode & 0o7777),
    owner: await nameLike(optionalText(properties, 'owner'), stat.uid, '/etc/passwd'),
    group: await nameLike(optionalText(properties, 'group'), stat.gid, '/etc/group'),
  });
}

/** Mode, owner and group of what is there, as a declaration would have them. */
export async function declaredOwnership(stat: Stats): Promise<Properties> {
  return {
    mode: formatMode(stat.mode & 0o7777),
    owner: await nameOf(stat.uid, '/etc/passwd'),
    group: await nameOf(stat.gid, '/etc/group'),
  };
}

/**
 * What was declared of owner, group and mode, as numbers. Rejects where there is no such user or group, so
 * that nothing is done then.
 */
export async function declaredIds(properties: Properties): Promise<Ownership> {
  const owner = optionalText(properties, 'owner');
  const group = optionalText(properties, 'group');
  const mode = optionalText(properties, 'mode');
  return given({
    uid: owner === undefined ? undefined : await idOf(owner, '/etc/passwd'),
    gid: group === undefined ? undefined : await idOf(group, '/etc/group'),
    mode: mode === undefined ? undefined : parseMode(mode),
  });
}

/** Who changed a file last: its owner, most likely, at the time of its last change. */
export async function traceOf(path: string): Promise<ChangeTrace | undefined> {
  const stat = await lookAt(path);
  if (stat === undefined) return undefined;
  const by = await nameOf(stat.uid, '/etc/passwd');
  return { by: `user ${by}`, at: Math.round(stat.mtimeMs), confidence: 'likely' };
}

/** The name of a user; the number where it has none. */
export function nameOfUser(id: number): Promise<string> {
  return nameOf(id, '/etc/passwd');
}

async function nameLike(
  wanted: string | undefined,
  id: number,
  database: string,
): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  return /^\d+$/.test(wanted) ? String(id) : nameOf(id, database);
}

async function nameOf(id: number, database: string): Promise<string> {
  const row = (await rowsOf(database)).find((each) => each[2] === String(id));
  return row?.[0] ?? String(id);
}

async function idOf(name: string, database: string): Promise<number> {
  if (/^\d+$/.test(name)) return Number(name);
  const row = (await rowsOf(database)).find((each) => each[0] === name);
  if (row?.[2] === undefined) throw new Error(`there is no '${name}' in ${database}`);
  return Number(row[2]);
}

async function rowsOf(database: string): Promise<string[][]> {
  return (await readFile(database, 'utf8')).split('\n').map((line) => line.split(':'));
}
