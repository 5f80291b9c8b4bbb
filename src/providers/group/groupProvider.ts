import type { Properties, Provider } from '../../model/provider.ts';
import { accountsIn, rootFlags } from '../accounts.ts';
import { runProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';

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
  prepare: (properties) => properties,
  identity: (properties) => `${textOf(properties, 'root')}:${textOf(properties, 'name')}`,
  expected: async (properties) => given({ gid: properties.gid }),

  async read(properties) {
    const found = (await accountsIn(properties, 'group')).get(textOf(properties, 'name'));
    if (found === undefined) return { exists: false };
    const gid = properties.gid === undefined ? undefined : Number(found[2]);
    return { exists: true, attributes: given({ gid }) };
  },

  async apply(properties, actual, machine) {
    const flags = properties.gid === undefined ? [] : ['--gid', String(properties.gid)];
    const name = textOf(properties, 'name');
    const system = properties.system === true && !actual.exists ? ['--system'] : [];
    const program = actual.exists ? 'groupmod' : 'groupadd';
    await runProgram(machine, [program, ...rootFlags(properties), ...system, ...flags, name]);
  },

  async delete(properties, machine) {
    const name = textOf(properties, 'name');
    if (!(await accountsIn(properties, 'group')).has(name)) return;
    await runProgram(machine, ['groupdel', ...rootFlags(properties), name]);
  },

  async adopt(id) {
    const found = (await accountsIn({}, 'group')).get(id);
    if (found === undefined) throw new Error(`there is no group '${id}'`);
    return { name: id, gid: Number(found[2]) };
  },

  /** Those that people made: numbers from 1000 on. */
  async list(declared) {
    const roots = new Set(declared.map((each) => optionalText(each, 'root') ?? ''));
    const all = [...roots].map(async (root) => {
      const names = [...(await accountsIn({ root }, 'group'))].filter(([, row]) => isOrdinary(row));
      return names.map(([name]) => ({ type: 'group', identity: `${root}:${name}`, id: name }));
    });
    return (await Promise.all(all)).flat();
  },

  suggest: (properties: Properties) =>
    `$ groupmod --gid ${String(properties.gid)} ${textOf(properties, 'name')}`,
};

function isOrdinary(row: readonly string[]): boolean {
  const id = Number(row[2]);
  return id >= 1000 && id < 60_000;
}
