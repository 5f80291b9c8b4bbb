import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { describeProviders } from './describeProviders.ts';

const isRoot = process.getuid?.() === 0;
const hasPrograms = existsSync('/usr/sbin/useradd');
const hasApt = existsSync('/usr/bin/apt-get');

/** The tables of a system that nobody works on. */
function makeSystem(folder: string): void {
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nusers:x:100:\naudio:x:29:\nvideo:x:44:\n');
  writeFileSync(join(folder, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o600 });
  writeFileSync(join(folder, 'etc/gshadow'), 'root:*::\n', { mode: 0o600 });
}

const edit = async (folder: string, name: string, from: string, to: string): Promise<void> => {
  const path = join(folder, 'etc', name);
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
};

describe.skipIf(!isRoot || !hasPrograms)(
  'accounts of a system under another root (needs to be root)',
  () => {
    const alice = {
      name: 'alice',
      root: 'FOLDER',
      uid: 1500,
      group: 'users',
      groups: ['video', 'audio'],
      home: '/home/alice',
      shell: '/bin/sh',
      comment: 'Alice A',
    };
    describeProviders([
      {
        name: 'user with another shell and another group',
        type: 'user',
        prepare: async (folder) => makeSystem(folder),
        properties: alice,
        changed: { ...alice, groups: 'audio', comment: 'Alice B' },
        disturb: async (folder) => {
          await edit(
            folder,
            'passwd',
            'Alice A:/home/alice:/bin/sh',
            'Alice A:/home/alice:/bin/false',
          );
          await edit(folder, 'group', 'video:x:44:alice', 'video:x:44:');
        },
        disturbed: ['groups', 'shell'],
      },
      {
        name: 'group with another number',
        type: 'group',
        prepare: async (folder) => makeSystem(folder),
        properties: { name: 'staff', gid: 1600, root: 'FOLDER' },
        changed: { name: 'staff', gid: 1601, root: 'FOLDER' },
        disturb: (folder) => edit(folder, 'group', 'staff:x:1600:', 'staff:x:1700:'),
        disturbed: ['gid'],
      },
    ]);
  },
);

/** A repository with one package in two versions, and a system that knows it. */
async function makeRepository(folder: string): Promise<void> {
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const index = ['1.0', '2.0'].map((version) => {
    const source = join(folder, `package-${version}`);
    mkdirSync(join(source, 'DEBIAN'), { recursive: true });
    mkdirSync(join(source, 'opt'));
    const control = `Package: sloth-sample\nVersion: ${version}\nArchitecture: all\nMaintainer: t <t@localhost>\nDescription: sample\n`;
    writeFileSync(join(source, 'DEBIAN/control'), control);
    writeFileSync(join(source, 'opt/sample'), version);
    const file = join(repository, `sloth-sample_${version}_all.deb`);
    execFileSync('dpkg-deb', ['--build', source, file], { stdio: 'pipe' });
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    return `${control}Filename: ./sloth-sample_${version}_all.deb\nSize: ${statSync(file).size}\nSHA256: ${digest}\n`;
  });
  writeFileSync(join(repository, 'Packages'), index.join('\n'));
  for (const path of [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'var/lib/dpkg',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/log/apt',
  ]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'var/lib/dpkg/status'), '');
  writeFileSync(join(folder, 'etc/apt/sources.list'), `deb [trusted=yes] file:${repository} ./\n`);
  const state = `Dir::State::status=${folder}/var/lib/dpkg/status`;
  execFileSync('apt-get', ['-o', `Dir=${folder}`, '-o', state, 'update'], { stdio: 'pipe' });
}

describe.skipIf(!isRoot || !hasApt)(
  'packages of a system under another root (needs to be root)',
  () => {
    describeProviders([
      {
        name: 'package of apt that was removed',
        type: 'package',
        prepare: makeRepository,
        properties: { name: 'sloth-sample', manager: 'apt', version: '1.0', root: 'FOLDER' },
        changed: { name: 'sloth-sample', manager: 'apt', version: '2.0', root: 'FOLDER' },
        disturb: async (folder) => {
          const flags = [
            `--root=${folder}`,
            '--force-script-chrootless',
            '--remove',
            'sloth-sample',
          ];
          const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
          execFileSync('dpkg', flags, { stdio: 'pipe', env: { ...process.env, PATH } });
        },
        disturbed: [],
      },
    ]);
  },
);

/** What the other package managers print, as recorded from their manuals: a table in a file. */
const standIns: Readonly<Record<string, string>> = {
  dnf: `case "$*" in
    *install*) name="\${3%-*-*}"; printf '%s\\n' "\${3#"$name"-}" > "$DB/$name" ;;
    *remove*) rm "$DB/$3" ;;
    *repoquery*) ls "$DB" ;; esac`,
  rpm: `[ -f "$DB/$4" ] && cat "$DB/$4" || { echo "package $4 is not installed"; exit 1; }`,
  apk: `case "$1" in
    add) printf '%s' "\${2#*=}" > "$DB/\${2%%=*}" ;;
    del) rm "$DB/$2" ;;
    info) [ -f "$DB/$4" ] && echo "$4-$(cat "$DB/$4")" || exit 1 ;; esac`,
  brew: `case "$1" in
    install) printf '%s' "\${2#*@}" > "$DB/\${2%%@*}" ;;
    uninstall) rm "$DB/$2" ;;
    list) [ -f "$DB/$3" ] && echo "$3 $(cat "$DB/$3")" || exit 1 ;; esac`,
  pacman: `case "$1" in
    --sync) echo 3.1-1 > "$DB/$4" ;;
    --remove) rm "$DB/$3" ;;
    --query) [ -f "$DB/$2" ] && echo "$2 $(cat "$DB/$2")" || { echo "error: package '$2' was not found" >&2; exit 1; } ;; esac`,
};

async function installStandIns(folder: string): Promise<void> {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'db'));
  for (const [name, script] of Object.entries(standIns)) {
    const path = join(folder, 'bin', name);
    await writeFile(path, `#!/bin/sh\nDB=${folder}/db\n${script}\n`);
    await chmod(path, 0o755);
  }
}

const withStandIns = { PATH: `FOLDER/bin:${process.env.PATH ?? ''}` };

describeProviders([
  ...(['dnf', 'apk', 'brew'] as const).map((manager) => ({
    name: `package of ${manager} (a program that stands in for it)`,
    type: 'package',
    env: withStandIns,
    prepare: installStandIns,
    properties: { name: 'nginx', manager, version: '1.0-1' },
    changed: { name: 'nginx', manager, version: '2.0-1' },
    disturb: (folder: string) => writeFile(join(folder, 'db/nginx'), '0.9-1\n'.trim()),
    disturbed: ['version'],
  })),
  {
    name: 'job in the crontab of a user (a program that stands in for crontab)',
    type: 'cron',
    env: withStandIns,
    prepare: async (folder) => {
      mkdirSync(join(folder, 'bin'));
      const path = join(folder, 'bin/crontab');
      const table = `${folder}/table`;
      const list = `[ -f ${table} ] && cat ${table} || { echo "no crontab for tester" >&2; exit 1; }`;
      await writeFile(path, `#!/bin/sh\n[ "$1" = -l ] && { ${list}; } || cat > ${table}\n`);
      await chmod(path, 0o755);
    },
    properties: { name: 'backup', schedule: '0 3 * * *', command: 'backup --all' },
    changed: { name: 'backup', schedule: '@daily', command: 'backup --all' },
    disturb: (folder) =>
      writeFile(
        join(folder, 'table'),
        '5 5 * * * other\n# sloth-runner: backup\n0 3 * * * backup\n',
      ),
    disturbed: ['command'],
  },
  {
    name: 'job in a file as in /etc/cron.d',
    type: 'cron',
    properties: {
      name: 'b',
      schedule: '*/5  * * * *',
      command: 'x  -y',
      user: 'www',
      file: 'jobs',
    },
    changed: { name: 'b', schedule: '*/5 * * * *', command: 'x -z', user: 'www', file: 'jobs' },
    prepare: (folder) => writeFile(join(folder, 'jobs'), 'SHELL=/bin/sh\n'),
    disturb: async (folder) => {
      const path = join(folder, 'jobs');
      await writeFile(path, (await readFile(path, 'utf8')).replace(' www ', ' root '));
    },
    disturbed: ['user'],
  },
]);
