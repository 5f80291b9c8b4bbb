import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProviders, machineIn } from './describeProviders.ts';
import { type PreparedObject, prepareObject } from './prepareObject.ts';

const isRoot = process.getuid?.() === 0;
const hasApt = existsSync('/usr/bin/apt-get');

/** A repository with a package in two versions, one that needs it and one that can't be beside it. */
async function makeRepository(folder: string): Promise<void> {
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const packages = [
    ['sloth-sample', '1.0', ''],
    ['sloth-sample', '2.0', ''],
    ['sloth-user', '1.0', 'Depends: sloth-sample\n'],
    ['sloth-rival', '1.0', 'Conflicts: sloth-sample\n'],
  ] as const;
  const index = packages.map(([name, version, more]) => {
    const source = join(folder, `${name}-${version}`);
    mkdirSync(join(source, 'DEBIAN'), { recursive: true });
    mkdirSync(join(source, 'opt'));
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\n${more}Maintainer: t <t@localhost>\nDescription: sample\n`;
    writeFileSync(join(source, 'DEBIAN/control'), control);
    writeFileSync(join(source, 'opt', name), version);
    const file = join(repository, `${name}_${version}_all.deb`);
    execFileSync('dpkg-deb', ['--build', source, file], { stdio: 'pipe' });
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    return `${control}Filename: ./${name}_${version}_all.deb\nSize: ${statSync(file).size}\nSHA256: ${digest}\n`;
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

    let system: string;
    beforeEach(async () => {
      system = mkdtempSync(join(tmpdir(), 'sloth-packages-'));
      await makeRepository(system);
    });
    afterEach(() => rmSync(system, { recursive: true, force: true }));
    const packageOf = async (name: string, version?: string): Promise<PreparedObject> =>
      prepareObject('package', machineIn(system), {
        name,
        manager: 'apt',
        root: system,
        ...(version === undefined ? {} : { version }),
      });
    const isThere = (name: string): boolean => existsSync(join(system, 'opt', name));

    test('no other package goes with one, neither when it is removed nor when it is installed', async () => {
      const [sample, user] = [await packageOf('sloth-sample'), await packageOf('sloth-user')];
      await user.apply();
      expect([isThere('sloth-sample'), isThere('sloth-user')]).toEqual([true, true]);
      await expect(sample.remove()).rejects.toThrow('sloth-user would go with it');
      const rival = await packageOf('sloth-rival');
      await expect(rival.apply()).rejects.toThrow(/apt-get .*ended with status 100/);
      expect([isThere('sloth-sample'), isThere('sloth-user')]).toEqual([true, true]);
      await user.remove();
      const select = [`--admindir=${system}/var/lib/dpkg`, '--set-selections'];
      execFileSync('dpkg', select, { input: 'sloth-sample hold\n', stdio: 'pipe' });
      await expect(sample.remove()).rejects.toThrow(/held packages/i);
      await expect((await packageOf('sloth-sample', '1.0')).apply()).rejects.toThrow(
        /held packages/i,
      );
      expect(readFileSync(join(system, 'opt/sloth-sample'), 'utf8')).toBe('2.0');
    });

    test('the version that was there comes back', async () => {
      const [old, next] = [
        await packageOf('sloth-sample', '1.0'),
        await packageOf('sloth-sample', '2.0'),
      ];
      await old.apply();
      const update = await next.keep('update');
      await next.apply();
      await next.putBack(update);
      expect(readFileSync(join(system, 'opt/sloth-sample'), 'utf8')).toBe('1.0');
      const any = await packageOf('sloth-sample');
      const before = await any.keep('delete');
      await any.remove();
      expect(isThere('sloth-sample')).toBe(false);
      await any.putBack(before);
      expect(readFileSync(join(system, 'opt/sloth-sample'), 'utf8')).toBe('1.0');
    });
  },
);

/** What the other package managers print, as recorded from their manuals: a table in a file. */
const standIns: Readonly<Record<string, string>> = {
  dnf: `case "$*" in
    *install*) name="\${3%-*-*}"; printf '%s\\n' "\${3#"$name"-}" > "$DB/$name" ;;
    *repoquery*) ls "$DB" ;; esac`,
  rpm: `[ "$1" = --erase ] && { rm "$DB/$2"; exit; }
    [ -f "$DB/$4" ] && cat "$DB/$4" || { echo "package $4 is not installed"; exit 1; }`,
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

describeProviders(
  (['dnf', 'apk', 'brew'] as const).map((manager) => ({
    name: `package of ${manager} (a program that stands in for it)`,
    type: 'package',
    env: withStandIns,
    prepare: installStandIns,
    properties: { name: 'nginx', manager, version: '1.0-1' },
    changed: { name: 'nginx', manager, version: '2.0-1' },
    disturb: (folder: string) => writeFile(join(folder, 'db/nginx'), '0.9-1\n'.trim()),
    disturbed: ['version'],
  })),
);
