import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { accountsIn, rootFlags } from '../accounts.ts';
import { runProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';
import { textsOf } from '../table.ts';

/** A user of this machine, or of a system that lies under another root. Passwords are not touched. */
export const userProvider: Provider = {
  type: 'user',
  properties: {
    name: { type: 'text', help: 'the name to log in with', required: true },
    uid: { type: 'number', help: 'its number' },
    group: { type: 'text', help: 'its first group' },
    groups: { type: 'texts', help: 'all its other groups' },
    home: { type: 'text', help: 'its home' },
    shell: { type: 'text', help: 'what runs at a log in' },
    comment: { type: 'text', help: 'its full name' },
    system: { type: 'flag', help: 'whether it gets a number of the system, made anew' },
    create_home: { type: 'flag', help: 'whether its home is made with it' },
    root: { type: 'text', help: 'the root of another system, an image say' },
  },
  attributes: {
    uid: { kind: 'configuration', severity: 'high', impact: 'Files belong to somebody else' },
    group: { kind: 'configuration', severity: 'medium', impact: 'Other rights than declared' },
    groups: { kind: 'configuration', severity: 'high', impact: 'Other rights than declared' },
    home: { kind: 'configuration', severity: 'medium', impact: 'Works somewhere else' },
    shell: { kind: 'configuration', severity: 'medium', impact: 'Logs in to something else' },
    comment: { kind: 'configuration', severity: 'low', impact: 'Shown under another name' },
  },
  prepare: (properties) => properties,
  identity: (properties) => `${textOf(properties, 'root')}:${textOf(properties, 'name')}`,
  expected: async (properties) => declared(properties),

  async read(properties) {
    const row = (await accountsIn(properties, 'passwd')).get(textOf(properties, 'name'));
    if (row === undefined) return { exists: false };
    const all = await described(properties, row);
    const names = Object.keys(declared(properties));
    return {
      exists: true,
      attributes: Object.fromEntries(names.map((name) => [name, all[name] ?? null])),
    };
  },

  async apply(properties, actual, machine) {
    const home = properties.create_home === true ? ['--create-home'] : ['--no-create-home'];
    const system = properties.system === true ? ['--system'] : [];
    const flags = actual.exists ? [] : [...home, ...system];
    const program = actual.exists ? 'usermod' : 'useradd';
    const command = [program, ...rootFlags(properties), ...flags, ...flagsOf(properties)];
    await runProgram(machine, [...command, textOf(properties, 'name')]);
  },

  /** Its home stays: what people wrote is nothing to delete with an entry in a table. */
  async delete(properties, machine) {
    const name = textOf(properties, 'name');
    if (!(await accountsIn(properties, 'passwd')).has(name)) return;
    await runProgram(machine, ['userdel', ...rootFlags(properties), name]);
  },

  async adopt(id) {
    const row = (await accountsIn({}, 'passwd')).get(id);
    if (row === undefined) throw new Error(`there is no user '${id}'`);
    const all = await described({ name: id }, row);
    return { name: id, ...all };
  },

  async list(known) {
    const roots = new Set(known.map((each) => optionalText(each, 'root') ?? ''));
    const all = [...roots].map(async (root) => {
      const rows = [...(await accountsIn({ root }, 'passwd'))];
      const people = rows.filter(([, row]) => Number(row[2]) >= 1000 && Number(row[2]) < 60_000);
      return people.map(([name]) => ({ type: 'user', identity: `${root}:${name}`, id: name }));
    });
    return (await Promise.all(all)).flat();
  },

  suggest: (properties, attribute) => {
    const flag = FLAGS[attribute] ?? '';
    const value = declared(properties)[attribute];
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    return `$ usermod ${flag} '${text}' ${textOf(properties, 'name')}`;
  },
};

const FLAGS: Readonly<Record<string, string>> = {
  uid: '--uid',
  group: '--gid',
  groups: '--groups',
  home: '--home',
  shell: '--shell',
  comment: '--comment',
};

function declared(properties: Properties): Attributes {
  const { uid, group, home, shell, comment } = properties;
  return given({ uid, group, groups: textsOf(properties, 'groups'), home, shell, comment });
}

function flagsOf(properties: Properties): string[] {
  return Object.entries(declared(properties)).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return [FLAGS[name] ?? '', text];
  });
}

/** All that the tables say about a user. */
async function described(properties: Properties, row: readonly string[]): Promise<Attributes> {
  const groups = [...(await accountsIn(properties, 'group')).values()];
  const name = row[0] ?? '';
  const first = groups.find((each) => each[2] === row[3])?.[0] ?? row[3] ?? '';
  const others = groups.filter((each) => (each[3] ?? '').split(',').includes(name));
  return {
    uid: Number(row[2]),
    group: first,
    groups: others.map((each) => each[0] ?? '').toSorted(),
    comment: row[4] ?? '',
    home: row[5] ?? '',
    shell: row[6] ?? '',
  };
}
