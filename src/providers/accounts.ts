import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Properties, ProviderMachine } from '../model/provider.ts';
import { shellQuoted } from '../model/shellQuoted.ts';
import { pathIn } from './pathIn.ts';
import { optionalText, textOf } from './property.ts';
import { realPathOf } from './realPathOf.ts';

/** The rows of a table of accounts by name, of the system under the declared root. */
export async function accountsIn(
  properties: Properties,
  database: 'passwd' | 'group' | 'shadow' | 'gshadow',
): Promise<Map<string, string[]>> {
  const path = join(textOf(properties, 'root') || '/', 'etc', database);
  const rows = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
  // Of two rows with one name the system takes the first.
  return new Map(rows.toReversed().map((row) => [row[0] ?? '', row]));
}

/** What makes the programs work on the system under the declared root. */
export function rootFlags(properties: Properties): string[] {
  const root = optionalText(properties, 'root');
  return root === undefined ? [] : ['--prefix', root];
}

/** The declaration with an absolute root; none where it is this machine's own. */
export function prepareRoot(properties: Properties, machine: ProviderMachine): Properties {
  const { root, ...rest } = properties;
  if (typeof root !== 'string') return rest;
  const path = pathIn(machine, root);
  return path === '/' ? rest : { ...rest, root: path };
}

/** Names an account among all of its type, whatever links lead to its root. */
export function accountIdentity(properties: Properties): string {
  const root = textOf(properties, 'root');
  return `${root === '' ? '' : realPathOf(root)}:${textOf(properties, 'name')}`;
}

/** Refuses a name that a program would take for an option, or that would be two columns of a table. */
export function refuseAccountName(what: string, name: string): void {
  if (name === '') throw new Error(`its ${what} is empty`);
  if (name.startsWith('-')) throw new Error(`its ${what} begins with a hyphen`);
  if (/[\s:,/\p{Cc}]/u.test(name)) {
    throw new Error(
      `its ${what} has a blank, a colon, a comma, a slash or a control character in it`,
    );
  }
}

/** Refuses a text that would be two columns, or two rows, of a table. */
export function refuseColumn(what: string, text: string | undefined): void {
  if (text !== undefined && /[:\p{Cc}]/u.test(text)) {
    throw new Error(`its ${what} has a colon or a control character in it`);
  }
}

/** Refuses what is no number of a user or a group. */
export function refuseAccountNumber(what: string, value: unknown): void {
  if (value === undefined) return;
  const isId = typeof value === 'number' && Number.isInteger(value) && value >= 0;
  if (!isId || value >= 2 ** 32 - 1) throw new Error(`its ${what} is no number of an account`);
}

/** Whether a row of a table of secrets has a password that somebody could give. */
export function hasPassword(row: readonly string[] | undefined): boolean {
  const [, secret = ''] = row ?? [];
  return !/^[!*]*$|^x$/.test(secret);
}

/** Whether it is of a person, and none of the system's. */
export function isOrdinaryAccount(row: readonly string[]): boolean {
  const id = Number(row[2]);
  return id >= 1000 && id < 60_000;
}

/** A command as a person would paste it. */
export function suggestedCommand(command: readonly string[]): string {
  return `$ ${command.map(shellQuoted).join(' ')}`;
}
