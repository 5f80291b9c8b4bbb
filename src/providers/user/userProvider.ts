import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import {
  accountIdentity,
  accountsIn,
  isOrdinaryAccount,
  prepareRoot,
  refuseAccountName,
  refuseAccountNumber,
  refuseColumn,
  rootFlags,
  suggestedCommand,
} from '../accounts.ts';
import { runProgram } from '../programs.ts';
import { optionalText, textOf } from '../property.ts';
import { declaredUser, describeUser, groupsOf, userFlags } from './describeUser.ts';
import { userPreImages } from './userPreImages.ts';

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
  preImages: userPreImages,
  prepare(properties, machine) {
    refuseAccountName('name', textOf(properties, 'name'));
    refuseAccountNumber('uid', properties.uid);
    const group = optionalText(properties, 'group');
    if (group !== undefined) refuseAccountName('group', group);
    for (const each of groupsOf(properties) ?? []) refuseAccountName('group', each);
    for (const each of ['home', 'shell', 'comment']) {
      refuseColumn(each, optionalText(properties, each));
    }
    return prepareRoot(properties, machine);
  },
  identity: accountIdentity,
  expected: async (properties) => declaredUser(properties),

  async read(properties) {
    const row = (await accountsIn(properties, 'passwd')).get(textOf(properties, 'name'));
    if (row === undefined) return { exists: false };
    const all = await describeUser(properties, row);
    const names = Object.keys(declaredUser(properties));
    return {
      exists: true,
      attributes: Object.fromEntries(names.map((name) => [name, all[name] ?? null])),
    };
  },

  async apply(properties, actual, machine) {
    if (actual.exists && userFlags(properties).length === 0) return;
    const named = await withGroupNames(properties);
    await runProgram(machine, actual.exists ? modification(named) : creation(named));
  },

  /** Its home stays: what people wrote is nothing to delete with an entry in a table. */
  async delete(properties, machine) {
    const name = textOf(properties, 'name');
    if (!(await accountsIn(properties, 'passwd')).has(name)) return;
    const group = (await accountsIn(properties, 'group')).get(name);
    await runProgram(machine, ['userdel', ...rootFlags(properties), '--', name]);
    if (optionalText(properties, 'group') !== undefined) {
      await keepGroup(properties, group, machine);
    }
  },

  async adopt(id) {
    const row = (await accountsIn({}, 'passwd')).get(id);
    if (row === undefined) throw new Error(`there is no user '${id}'`);
    // A byte that is no UTF-8 would not come back as it was.
    if (row.join('').includes('\ufffd')) throw new Error(`what '${id}' is called is not UTF-8`);
    return { name: id, ...(await describeUser({ name: id }, row)) };
  },

  async list(known) {
    const roots = new Set(known.map((each) => optionalText(each, 'root') ?? ''));
    const all = [...roots].map(async (root) => {
      const rows = [...(await accountsIn({ root }, 'passwd'))];
      const people = rows.filter(([, row]) => isOrdinaryAccount(row)).map(([name]) => name);
      return people.map((name) => {
        return { type: 'user', identity: accountIdentity({ root, name }), id: name };
      });
    });
    return (await Promise.all(all)).flat();
  },

  suggest(properties, attribute) {
    const isOne = attribute in userProvider.attributes;
    return suggestedCommand(isOne ? modification(properties, attribute) : creation(properties));
  },
};

function creation(properties: Properties): string[] {
  const home = properties.create_home === true ? ['--create-home'] : ['--no-create-home'];
  const system = properties.system === true ? ['--system'] : [];
  const flags = [...home, ...system, ...userFlags(properties)];
  return ['useradd', ...rootFlags(properties), ...flags, '--', textOf(properties, 'name')];
}

/** What sets all that is declared, or one attribute of it. */
function modification(properties: Properties, attribute?: string): string[] {
  const wanted =
    attribute === undefined ? properties : { [attribute]: properties[attribute] ?? '' };
  const flags = userFlags(wanted);
  return ['usermod', ...rootFlags(properties), ...flags, '--', textOf(properties, 'name')];
}

/** Groups by their names: there are versions of `usermod` that a number ends. */
async function withGroupNames(properties: Properties): Promise<Properties> {
  const groups = groupsOf(properties);
  if (groups === undefined) return properties;
  const rows = await accountsIn(properties, 'group');
  const byNumber = new Map([...rows.values()].map((row) => [row[2], row[0]]));
  const nameOf = (group: string): string =>
    rows.has(group) ? group : (byNumber.get(group) ?? group);
  return { ...properties, groups: groups.map(nameOf) };
}

/** `userdel` takes the group of the same name with it, also where somebody else had made it. */
async function keepGroup(
  properties: Properties,
  group: readonly string[] | undefined,
  machine: ProviderMachine,
): Promise<void> {
  const [name = '', , gid = ''] = group ?? [];
  if (group === undefined || (await accountsIn(properties, 'group')).has(name)) return;
  await runProgram(machine, ['groupadd', ...rootFlags(properties), `--gid=${gid}`, '--', name]);
}
