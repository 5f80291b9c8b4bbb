import { readFile } from 'node:fs/promises';
import { lookAt } from '../files/lookAt.ts';
import type { Ownership } from '../files/ownership.ts';
import { formatMode, parseMode } from '../files/parseMode.ts';
import type { Attributes, ChangeTrace, Properties, PropertySchema } from '../model/provider.ts';
import { shellQuoted } from '../model/shellQuoted.ts';
import { given, optionalText, textOf } from './property.ts';

/** What the system tells of permissions. */
export interface FileOwner {
  readonly mode: number | bigint;
  readonly uid: number | bigint;
  readonly gid: number | bigint;
}

/** The largest number that a user or group may have. */
const LARGEST = 2 ** 32 - 2;

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

/**
 * Owner, group and mode of a declaration, each in the one way that we write it. Throws on a mode that is
 * none, and on numbers that no user has; names are looked up later, since they may be made in the same run.
 */
export function preparedOwnership(properties: Properties): Properties {
  const mode = optionalText(properties, 'mode');
  return given({
    mode: mode === undefined ? undefined : formatMode(parseMode(mode)),
    owner: preparedName(properties, 'owner'),
    group: preparedName(properties, 'group'),
  });
}

function preparedName(properties: Properties, property: string): string | undefined {
  const name = optionalText(properties, property);
  if (name === undefined) return undefined;
  if (name === '' || /[:\s]/.test(name)) throw new Error(`'${name}' is no ${property}`);
  if (!/^\d+$/.test(name)) return name;
  if (Number(name) > LARGEST) throw new Error(`${name} is no number that a ${property} may have`);
  return String(Number(name));
}

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
export async function actualOwnership(
  properties: Properties,
  stat: FileOwner,
): Promise<Attributes> {
  return given({
    mode: properties.mode === undefined ? undefined : formatMode(Number(stat.mode)),
    owner: await nameLike(optionalText(properties, 'owner'), Number(stat.uid), '/etc/passwd'),
    group: await nameLike(optionalText(properties, 'group'), Number(stat.gid), '/etc/group'),
  });
}

/** Mode, owner and group of what is there, as a declaration would have them. */
export async function declaredOwnership(stat: FileOwner): Promise<Properties> {
  return {
    mode: formatMode(Number(stat.mode)),
    owner: await nameOf(Number(stat.uid), '/etc/passwd'),
    group: await nameOf(Number(stat.gid), '/etc/group'),
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

/** How a person would set one of them; `undefined` for other attributes. The path is absolute. */
export function suggestOwnership(properties: Properties, attribute: string): string | undefined {
  const program = PROGRAMS.get(attribute);
  const value = optionalText(properties, attribute);
  if (program === undefined || value === undefined) return undefined;
  return `$ ${program} ${shellQuoted(value)} ${shellQuoted(textOf(properties, 'path'))}`;
}

const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['mode', 'chmod'],
  ['owner', 'chown'],
  ['group', 'chgrp'],
]);

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
  if (/^\d+$/.test(wanted)) return String(id);
  const rows = await rowsOf(database);
  // Two names may have one number (root, toor): then it is the declared one.
  const isIt = rows.some((each) => each[0] === wanted && each[2] === String(id));
  return isIt ? wanted : nameOf(id, database);
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
