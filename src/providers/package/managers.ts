import type { ProviderMachine } from '../../model/provider.ts';
import { linesOf } from '../lines.ts';
import { runProgram, tryProgram } from '../programs.ts';
import type { InstalledPackage, PackageManager } from './PackageManager.ts';

const UNASKED = { DEBIAN_FRONTEND: 'noninteractive' };

const apt: PackageManager = {
  name: 'apt',
  program: 'apt-get',
  async installed(machine, name, root) {
    const format = '${db:Status-Status} ${Version}\n';
    const command = ['dpkg-query', ...dpkgRoot(root), '--show', `--showformat=${format}`, name];
    const { exitCode, stdout } = await tryProgram(machine, command);
    const [status, version] = stdout.trim().split(' ');
    return exitCode === 0 && status === 'installed' && version !== undefined
      ? { name, version }
      : undefined;
  },
  async install(machine, name, version, root) {
    const what = version === undefined ? name : `${name}=${version}`;
    const flags = ['--yes', '--no-install-recommends', '--allow-downgrades'];
    await runProgram(machine, ['apt-get', ...aptRoot(root), 'install', ...flags, what], {
      env: UNASKED,
    });
  },
  async remove(machine, name, root) {
    await runProgram(machine, ['apt-get', ...aptRoot(root), 'remove', '--yes', name], {
      env: UNASKED,
    });
  },
  wanted: async (machine, root) =>
    linesOf(await runProgram(machine, ['apt-mark', ...aptRoot(root), 'showmanual'])),
};

/** What the others have in common: a query whose status says whether, and plain words for the rest. */
function simple(
  name: string,
  program: string,
  commands: {
    readonly query: (name: string) => readonly string[];
    readonly version: (printed: string, name: string) => string | undefined;
    readonly install: (name: string, version: string | undefined) => readonly string[];
    readonly remove: (name: string) => readonly string[];
    readonly wanted: readonly string[];
  },
): PackageManager {
  const here = (root: string | undefined): void => {
    if (root !== undefined) throw new Error(`${name} can't work on another root`);
  };
  return {
    name,
    program,
    async installed(machine, wanted, root): Promise<InstalledPackage | undefined> {
      here(root);
      const { exitCode, stdout } = await tryProgram(machine, commands.query(wanted));
      const version = exitCode === 0 ? commands.version(stdout.trim(), wanted) : undefined;
      return version === undefined ? undefined : { name: wanted, version };
    },
    async install(machine: ProviderMachine, wanted, version, root) {
      here(root);
      await runProgram(machine, commands.install(wanted, version));
    },
    async remove(machine, wanted, root) {
      here(root);
      await runProgram(machine, commands.remove(wanted));
    },
    async wanted(machine, root) {
      here(root);
      return linesOf(await runProgram(machine, commands.wanted)).filter((line) => line !== '');
    },
  };
}

const dnf = simple('dnf', 'dnf', {
  query: (name) => ['rpm', '--query', '--queryformat', '%{VERSION}-%{RELEASE}\n', name],
  version: (printed) => printed.split('\n').at(-1),
  install: (name, version) => [
    'dnf',
    '--assumeyes',
    'install',
    version === undefined ? name : `${name}-${version}`,
  ],
  remove: (name) => ['dnf', '--assumeyes', 'remove', name],
  wanted: ['dnf', '--quiet', 'repoquery', '--userinstalled', '--queryformat', '%{name}\n'],
});

const apk = simple('apk', 'apk', {
  query: (name) => ['apk', 'info', '--installed', '--verbose', name],
  version: (printed, name) =>
    printed.startsWith(`${name}-`) ? printed.slice(name.length + 1) : undefined,
  install: (name, version) => ['apk', 'add', version === undefined ? name : `${name}=${version}`],
  remove: (name) => ['apk', 'del', name],
  wanted: ['cat', '/etc/apk/world'],
});

const pacman = simple('pacman', 'pacman', {
  query: (name) => ['pacman', '--query', name],
  version: (printed) => printed.split(' ')[1],
  install(name, version) {
    if (version !== undefined) throw new Error('pacman installs only the newest version');
    return ['pacman', '--sync', '--noconfirm', '--needed', name];
  },
  remove: (name) => ['pacman', '--remove', '--noconfirm', name],
  wanted: ['pacman', '--query', '--explicit', '--quiet'],
});

const brew = simple('brew', 'brew', {
  query: (name) => ['brew', 'list', '--versions', name],
  version: (printed) => printed.split(' ').at(-1) || undefined,
  install: (name, version) => [
    'brew',
    'install',
    version === undefined ? name : `${name}@${version}`,
  ],
  remove: (name) => ['brew', 'uninstall', name],
  wanted: ['brew', 'leaves', '--installed-on-request'],
});

/** All managers, in the order in which they are looked for. */
export const packageManagers: readonly PackageManager[] = [apt, dnf, apk, pacman, brew];

function dpkgRoot(root: string | undefined): string[] {
  return root === undefined ? [] : [`--admindir=${root}/var/lib/dpkg`];
}

/** Everything that apt reads and writes, below another root; scripts of packages don't change root. */
function aptRoot(root: string | undefined): string[] {
  if (root === undefined) return [];
  const settings = [
    `Dir=${root}`,
    `Dir::State::status=${root}/var/lib/dpkg/status`,
    `DPkg::Options::=--root=${root}`,
    'DPkg::Options::=--force-script-chrootless',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}
