import type { ProviderMachine } from '../../model/provider.ts';
import { linesOf } from '../lines.ts';
import { runProgram, tryProgram } from '../programs.ts';
import type { InstalledPackage, PackageManager } from './PackageManager.ts';

const UNASKED = { DEBIAN_FRONTEND: 'noninteractive' };

const apt: PackageManager = {
  name: 'apt',
  program: 'apt-get',
  hasVersions: true,
  async installed(machine, name, root) {
    const format = '${db:Status-Status} ${Version}\n';
    const command = [
      'dpkg-query',
      ...dpkgRoot(root),
      '--show',
      `--showformat=${format}`,
      '--',
      name,
    ];
    const { exitCode, stdout } = await tryProgram(machine, command);
    // One line for each architecture that it is there for, all in one version.
    const lines = linesOf(stdout).map((line) => line.split(' '));
    const version = lines.find(([status]) => status === 'installed')?.[1];
    return exitCode === 0 && version !== undefined ? { name, version } : undefined;
  },
  async install(machine, name, version, root) {
    const what = version === undefined ? name : `${name}=${version}`;
    // What would have to go for it is nothing that anybody agreed to.
    const flags = ['--yes', '--no-install-recommends', '--no-remove', ...KEEP_SETTINGS];
    const down = version === undefined ? [] : ['--allow-downgrades'];
    await runProgram(
      machine,
      ['apt-get', ...aptRoot(root), 'install', ...flags, ...down, '--', what],
      {
        env: UNASKED,
      },
    );
  },
  async remove(machine, name, root) {
    const command = ['apt-get', ...aptRoot(root), 'remove', '--yes'];
    const run = (...flags: string[]): Promise<string> =>
      runProgram(machine, [...command, ...flags, '--', name], { env: UNASKED });
    const also = removedBy(await run('--simulate')).filter((each) => each !== plainName(name));
    if (also.length > 0) {
      throw new Error(`${also.join(', ')} would go with it: remove them first, or keep it`);
    }
    await run();
  },
  wanted: async (machine, root) =>
    linesOf(await runProgram(machine, ['apt-mark', ...aptRoot(root), 'showmanual'])),
};

/** A settings file that somebody edited stays as it is, and nobody is asked. */
const KEEP_SETTINGS = ['confdef', 'confold'].flatMap((each) => [
  '-o',
  `DPkg::Options::=--force-${each}`,
]);

/** The packages that a simulated removal takes away. */
function removedBy(printed: string): string[] {
  const names = linesOf(printed).map((line) => /^Remv (\S+)/.exec(line)?.[1]);
  return names.flatMap((name) => (name === undefined ? [] : [plainName(name)]));
}

/** Without its architecture, as `libc6` for `libc6:amd64`. */
function plainName(name: string): string {
  return name.split(':')[0] ?? '';
}

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
    readonly hasVersions?: false;
    readonly env?: Readonly<Record<string, string>>;
  },
): PackageManager {
  const options = commands.env === undefined ? {} : { env: commands.env };
  const here = (root: string | undefined): void => {
    if (root !== undefined) throw new Error(`${name} can't work on another root`);
  };
  return {
    name,
    program,
    hasVersions: commands.hasVersions ?? true,
    async installed(machine, wanted, root): Promise<InstalledPackage | undefined> {
      here(root);
      const { exitCode, stdout } = await tryProgram(machine, commands.query(wanted));
      const version = exitCode === 0 ? commands.version(stdout.trim(), wanted) : undefined;
      return version === undefined ? undefined : { name: wanted, version };
    },
    async install(machine: ProviderMachine, wanted, version, root) {
      here(root);
      await runProgram(machine, commands.install(wanted, version), options);
    },
    async remove(machine, wanted, root) {
      here(root);
      await runProgram(machine, commands.remove(wanted), options);
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
  // Not by dnf, which takes along whatever needs it, and what it alone needed.
  remove: (name) => ['rpm', '--erase', name],
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
  hasVersions: false,
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
  hasVersions: false,
  env: { HOMEBREW_NO_AUTOREMOVE: '1' },
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
