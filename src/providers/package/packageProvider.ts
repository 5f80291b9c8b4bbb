import type { PreImages, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { pathIn } from '../pathIn.ts';
import { hasProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';
import { packageManagers } from './managers.ts';
import type { InstalledPackage, PackageManager } from './PackageManager.ts';

/** A package in its version; what came with it, and its settings, stay anyway. */
const preImages: PreImages = {
  async refuses(properties, machine) {
    const { name, hasVersions } = await managerOf(properties, machine);
    return hasVersions ? '' : `${name} can't install a version again that is not the newest`;
  },
  async keep(properties, machine) {
    const found = await installedOf(properties, machine);
    return { data: given({ version: found?.version }) };
  },
  async putBack(properties, { data }, machine) {
    const isLeft = properties.version === undefined;
    const found = await installedOf(properties, machine);
    if (found !== undefined && (isLeft || found.version === data.version)) return;
    await install({ ...properties, ...data }, machine);
  },
};

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
  preImages,
  prepare(properties, machine) {
    const [name, version] = [textOf(properties, 'name'), optionalText(properties, 'version')];
    // A manager may take anything else for an option, a pattern or a word of its own.
    if (!/^[A-Za-z0-9][\w.+:@/-]*$/.test(name) || name.endsWith('-')) {
      throw new Error(`'${name}' is no name of a package`);
    }
    if (version !== undefined && !/^[A-Za-z0-9][\w.+:~^-]*$/.test(version)) {
      throw new Error(`'${version}' is no version of a package`);
    }
    const root = optionalText(properties, 'root');
    return { ...properties, ...given({ root: root && pathIn(machine, root) }) };
  },
  identity: (properties) => {
    return `${textOf(properties, 'manager')}:${textOf(properties, 'root')}:${textOf(properties, 'name')}`;
  },
  expected: async (properties) => given({ version: optionalText(properties, 'version') }),

  async read(properties, machine) {
    const found = await installedOf(properties, machine);
    if (found === undefined) return { exists: false };
    const isPinned = properties.version !== undefined;
    return { exists: true, attributes: isPinned ? { version: found.version } : {} };
  },

  async apply(properties, actual, machine) {
    if (actual.exists && properties.version === undefined) return;
    await install(properties, machine);
  },

  async delete(properties, machine) {
    if ((await installedOf(properties, machine)) === undefined) return;
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
    if (textOf(properties, 'manager') === 'apt' && rootOf(properties) === undefined) {
      const what = version === undefined ? name : `${name}=${version}`;
      const down = version === undefined ? '' : ' --allow-downgrades';
      return `$ apt-get install --no-remove${down} ${shellQuoted(what)}`;
    }
    const known = packageManagers.find((each) => each.name === textOf(properties, 'manager'));
    const program = known?.program ?? 'your package manager';
    return `Install ${name}${version === undefined ? '' : ` ${version}`} with ${program}`;
  },
};

async function installedOf(
  properties: Properties,
  machine: ProviderMachine,
): Promise<InstalledPackage | undefined> {
  const manager = await managerOf(properties, machine);
  return manager.installed(machine, textOf(properties, 'name'), rootOf(properties));
}

async function install(properties: Properties, machine: ProviderMachine): Promise<void> {
  const manager = await managerOf(properties, machine);
  const version = optionalText(properties, 'version');
  await manager.install(machine, textOf(properties, 'name'), version, rootOf(properties));
}

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
