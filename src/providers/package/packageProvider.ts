import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { hasProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';
import { packageManagers } from './managers.ts';
import type { PackageManager } from './PackageManager.ts';

/** A package of the machine's package manager, or of one that is named. */
export const packageProvider: Provider = {
  type: 'package',
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    version: { type: 'text', help: 'exactly this one (default: whichever is there)' },
    manager: { type: 'text', help: 'apt, dnf, apk, pacman or brew (default: what is there)' },
    root: { type: 'text', help: 'the root of another system, an image say; apt only' },
  },
  attributes: {
    version: { kind: 'dependency', severity: 'medium', impact: 'Works with another version' },
  },
  // They all lock their database; reading it in crowds gains nothing.
  bounds: { most: 4, timeout: 60_000 },
  prepare: (properties) => properties,
  identity: (properties) => {
    return `${textOf(properties, 'manager')}:${textOf(properties, 'root')}:${textOf(properties, 'name')}`;
  },
  expected: async (properties) => given({ version: optionalText(properties, 'version') }),

  async read(properties, machine) {
    const manager = await managerOf(properties, machine);
    const found = await manager.installed(machine, textOf(properties, 'name'), rootOf(properties));
    if (found === undefined) return { exists: false };
    const isPinned = properties.version !== undefined;
    return { exists: true, attributes: isPinned ? { version: found.version } : {} };
  },

  async apply(properties, _, machine) {
    const manager = await managerOf(properties, machine);
    const version = optionalText(properties, 'version');
    await manager.install(machine, textOf(properties, 'name'), version, rootOf(properties));
  },

  async delete(properties, machine) {
    const { exists } = await packageProvider.read(properties, machine);
    if (!exists) return;
    const manager = await managerOf(properties, machine);
    await manager.remove(machine, textOf(properties, 'name'), rootOf(properties));
  },

  async adopt(id, machine) {
    const manager = await managerOf({}, machine);
    const found = await manager.installed(machine, id, undefined);
    if (found === undefined) throw new Error(`${id} is not installed`);
    return { name: id, version: found.version };
  },

  async list(declared, machine) {
    const places = new Map(declared.map((each) => [placeOf(each), each]));
    const found = await Promise.all(
      [...places].map(async ([place, properties]) => {
        const manager = await managerOf(properties, machine);
        const names = await manager.wanted(machine, rootOf(properties));
        return names.map((name) => ({ type: 'package', identity: `${place}:${name}`, id: name }));
      }),
    );
    return found.flat();
  },

  preflight: async (machine) => {
    await managerOf({}, machine);
  },

  suggest(properties) {
    const [name, version] = [textOf(properties, 'name'), optionalText(properties, 'version')];
    const known = packageManagers.find((each) => each.name === textOf(properties, 'manager'));
    const program = known?.program ?? 'your package manager';
    return `Install ${name}${version === undefined ? '' : ` ${version}`} with ${program}`;
  },
};

function placeOf(properties: Properties): string {
  return `${textOf(properties, 'manager')}:${textOf(properties, 'root')}`;
}

function rootOf(properties: Properties): string | undefined {
  return optionalText(properties, 'root');
}

async function managerOf(
  properties: Properties,
  machine: ProviderMachine,
): Promise<PackageManager> {
  const named = optionalText(properties, 'manager');
  const names = packageManagers.map((each) => each.name).join(', ');
  if (named !== undefined) {
    const known = packageManagers.find((each) => each.name === named);
    if (known !== undefined) return known;
    throw new Error(`there is no package manager '${named}'; there are ${names}`);
  }
  for (const each of packageManagers) if (await hasProgram(machine, each.program)) return each;
  throw new Error(`none of the package managers is on this machine: ${names}`);
}
