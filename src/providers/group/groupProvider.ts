import type { PreImages, Properties, Provider } from '../../model/provider.ts';
import {
  accountIdentity,
  accountsIn,
  hasPassword,
  isOrdinaryAccount,
  prepareRoot,
  refuseAccountName,
  refuseAccountNumber,
  rootFlags,
  suggestedCommand,
} from '../accounts.ts';
import { runProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';
import { refuseIncomplete, unkeptThen } from '../unkept.ts';

/** A group with its number and its members; its members are only put back where all of it is. */
const preImages: PreImages = {
  async refuses(properties, _, { action }) {
    if (action === 'update') return '';
    const row = (await accountsIn(properties, 'gshadow')).get(textOf(properties, 'name'));
    return hasPassword(row) ? 'its password is not kept' : '';
  },
  async keep(properties, machine, request) {
    const row = (await accountsIn(properties, 'group')).get(textOf(properties, 'name'));
    const more = await unkeptThen(preImages, properties, machine, request);
    return { data: { gid: Number(row?.[2]), members: membersOf(row), ...more } };
  },
  async putBack(properties, { data }, machine) {
    const row = (await accountsIn(properties, 'group')).get(textOf(properties, 'name'));
    if (row === undefined) refuseIncomplete(data);
    const isLeft = row !== undefined && properties.gid === undefined;
    const wanted = { ...properties, ...given({ gid: isLeft ? undefined : data.gid }) };
    const actual = await groupProvider.read(wanted, machine);
    await groupProvider.apply(wanted, actual, machine);
    if (row !== undefined || !Array.isArray(data.members)) return;
    const users = await accountsIn(properties, 'passwd');
    for (const member of data.members.map(String).filter((each) => users.has(each))) {
      const flags = ['--append', `--groups=${textOf(properties, 'name')}`];
      await runProgram(machine, ['usermod', ...rootFlags(properties), ...flags, '--', member]);
    }
  },
};

/** A group of users of this machine, or of a system that lies under another root. */
export const groupProvider: Provider = {
  type: 'group',
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    gid: { type: 'number', help: 'its number' },
    system: { type: 'flag', help: 'whether it gets a number of the system, made anew' },
    root: { type: 'text', help: 'the root of another system, an image say' },
  },
  attributes: {
    gid: { kind: 'configuration', severity: 'high', impact: 'Files belong to somebody else' },
  },
  preImages,
  prepare(properties, machine) {
    refuseAccountName('name', textOf(properties, 'name'));
    refuseAccountNumber('gid', properties.gid);
    return prepareRoot(properties, machine);
  },
  identity: accountIdentity,
  expected: async (properties) => given({ gid: properties.gid }),

  async read(properties) {
    const found = (await accountsIn(properties, 'group')).get(textOf(properties, 'name'));
    if (found === undefined) return { exists: false };
    const gid = properties.gid === undefined ? undefined : Number(found[2]);
    return { exists: true, attributes: given({ gid }) };
  },

  async apply(properties, actual, machine) {
    if (actual.exists && properties.gid === undefined) return;
    await runProgram(machine, actual.exists ? modification(properties) : creation(properties));
  },

  async delete(properties, machine) {
    const name = textOf(properties, 'name');
    if (!(await accountsIn(properties, 'group')).has(name)) return;
    await runProgram(machine, ['groupdel', ...rootFlags(properties), '--', name]);
  },

  async adopt(id) {
    const found = (await accountsIn({}, 'group')).get(id);
    if (found === undefined) throw new Error(`there is no group '${id}'`);
    return { name: id, gid: Number(found[2]) };
  },

  /** Those that people made. */
  async list(declared) {
    const roots = new Set(declared.map((each) => optionalText(each, 'root') ?? ''));
    const all = [...roots].map(async (root) => {
      const rows = [...(await accountsIn({ root }, 'group'))];
      const names = rows.filter(([, row]) => isOrdinaryAccount(row)).map(([name]) => name);
      return names.map((name) => {
        return { type: 'group', identity: accountIdentity({ root, name }), id: name };
      });
    });
    return (await Promise.all(all)).flat();
  },

  suggest: (properties, attribute) =>
    suggestedCommand(attribute === 'gid' ? modification(properties) : creation(properties)),
};

function creation(properties: Properties): string[] {
  const system = properties.system === true ? ['--system'] : [];
  return ['groupadd', ...rootFlags(properties), ...system, ...numbered(properties)];
}

function modification(properties: Properties): string[] {
  return ['groupmod', ...rootFlags(properties), ...numbered(properties)];
}

function numbered(properties: Properties): string[] {
  const flags = properties.gid === undefined ? [] : [`--gid=${String(properties.gid)}`];
  return [...flags, '--', textOf(properties, 'name')];
}

function membersOf(row: readonly string[] | undefined): string[] {
  return (row?.[3] ?? '').split(',').filter((each) => each !== '');
}
