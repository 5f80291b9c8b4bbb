import type { Attributes, Properties } from '../../model/provider.ts';
import { accountsIn } from '../accounts.ts';
import { given, optionalText } from '../property.ts';
import { textsOf } from '../table.ts';

const FLAGS: Readonly<Record<string, string>> = {
  uid: '--uid',
  group: '--gid',
  groups: '--groups',
  home: '--home',
  shell: '--shell',
  comment: '--comment',
};

/** What is declared of a user. */
export function declaredUser(properties: Properties): Attributes {
  const { uid, group, home, shell, comment } = properties;
  return given({ uid, group, groups: groupsOf(properties), home, shell, comment });
}

/** The declared groups, each once. */
export function groupsOf(properties: Properties): string[] | undefined {
  const names = textsOf(properties, 'groups');
  return names && [...new Set(names)];
}

/** The flags of `useradd` and `usermod` for what is declared; each with its value in one word. */
export function userFlags(properties: Properties): string[] {
  return Object.entries(declaredUser(properties)).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return `${FLAGS[name]}=${text}`;
  });
}

/** All that the tables say about a user; a group that is declared by its number stays a number. */
export async function describeUser(
  properties: Properties,
  row: readonly string[],
): Promise<Attributes> {
  const rows = [...(await accountsIn(properties, 'group')).values()];
  const name = row[0] ?? '';
  const [wanted, others] = [optionalText(properties, 'group'), groupsOf(properties) ?? []];
  const first = rows.find((each) => each[2] === row[3]);
  const members = rows.filter((each) => (each[3] ?? '').split(',').includes(name));
  return {
    uid: Number(row[2]),
    group: (wanted === row[3] ? row[3] : first?.[0]) ?? row[3] ?? '',
    groups: members.map((each) => nameAmong(others, each)).toSorted(),
    comment: row[4] ?? '',
    home: row[5] ?? '',
    shell: row[6] ?? '',
  };
}

function nameAmong(declared: readonly string[], [name = '', , id = '']: readonly string[]): string {
  return declared.includes(id) && !declared.includes(name) ? id : name;
}
