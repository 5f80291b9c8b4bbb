import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Properties } from '../../src/model/provider.ts';
import { describeProviders, machineIn } from './describeProviders.ts';
import { type PreparedObject, prepareObject } from './prepareObject.ts';

const isRoot = process.getuid?.() === 0;
const hasPrograms = existsSync('/usr/sbin/useradd');

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
    let system: string;
    beforeEach(() => {
      system = mkdtempSync(join(tmpdir(), 'sloth-accounts-'));
      makeSystem(system);
      writeFileSync(join(system, 'etc/login.defs'), 'USERGROUPS_ENAB yes\n');
    });
    afterEach(() => rmSync(system, { recursive: true, force: true }));
    const account = (type: string, properties: Properties): Promise<PreparedObject> =>
      prepareObject(type, machineIn(system), { ...properties, root: 'link/..' });
    const table = (name: string): string => readFileSync(join(system, 'etc', name), 'utf8');
    const command = (text: string): void => {
      execFileSync('/bin/sh', ['-euc', text.slice('$ '.length)], {
        stdio: 'pipe',
        env: { PATH: `/usr/sbin:/sbin:${process.env.PATH ?? ''}` },
      });
    };

    test('what looks like an option is a value, and nothing is something', async () => {
      const odd = {
        name: 'odd',
        comment: `--root /, it's "odd" $HOME`,
        shell: '/bin/x y',
        groups: [],
        group: '100',
      };
      const user = await account('user', odd);
      await user.apply();
      expect(table('passwd')).toContain(`:100:--root /, it's "odd" $HOME:/home/odd:/bin/x y\n`);
      const expected = await user.provider.expected(user.properties, user.machine);
      expect(await user.read()).toEqual({ exists: true, attributes: expected });
      const bare = await account('user', {
        name: 'odd',
        comment: '',
        groups: ['29', 'video', 'video'],
      });
      await bare.apply();
      expect(await bare.read()).toEqual({
        exists: true,
        attributes: { comment: '', groups: ['29', 'video'] },
      });
      const only = await account('user', { name: 'odd' });
      await only.apply();
      expect(await only.read()).toEqual({ exists: true, attributes: {} });
    });

    test('a command that is suggested does what an apply would do', async () => {
      const user = await account('user', { ...alice, comment: `it's $HOME "x"` });
      const group = await account('group', { name: 'staff', gid: 1600 });
      for (const { provider, properties, read, machine } of [user, group]) {
        command(provider.suggest(properties, 'exists'));
        const attributes = await provider.expected(properties, machine);
        expect(await read()).toEqual({ exists: true, attributes });
      }
      await (await account('user', { name: 'alice', comment: 'y', groups: [] })).apply();
      for (const attribute of ['comment', 'groups']) {
        command(user.provider.suggest(user.properties, attribute));
      }
      const attributes = await user.provider.expected(user.properties, user.machine);
      expect(await user.read()).toEqual({ exists: true, attributes });
    });

    test('a group of the same name goes with a user that brought it, and with no other', async () => {
      const [bob, group] = [
        await account('user', { name: 'bob' }),
        await account('group', { name: 'eve', gid: 1700 }),
      ];
      await bob.apply();
      expect(table('group')).toContain('\nbob:x:');
      await bob.remove();
      expect(table('group')).not.toContain('bob');
      await group.apply();
      const eve = await account('user', { name: 'eve', group: 'eve' });
      await eve.apply();
      await eve.remove();
      expect(table('group')).toContain('\neve:x:1700:\n');
      expect(await eve.read()).toEqual({ exists: false });
    });

    test('what an account was comes back, whether it was changed or deleted', async () => {
      await (await account('user', { ...alice, create_home: false })).apply();
      await (await account('group', { name: 'team', gid: 1800 })).apply();
      await (await account('user', { name: 'carl', groups: ['team'] })).apply();
      const tables = (): string[] => ['passwd', 'group'].map((name) => table(name));
      const sorted = (): string[] => tables().map((text) => text.split('\n').toSorted().join('\n'));
      const before = sorted();
      const samples = [
        await account('user', { name: 'alice', shell: '/bin/false', groups: [] }),
        await account('user', { name: 'carl' }),
        await account('group', { name: 'team', gid: 1801 }),
        await account('group', { name: 'team' }),
      ];
      for (const each of samples) {
        const kept = await each.keep('update');
        await each.apply();
        await each.putBack(kept);
        expect(sorted()).toEqual(before);
        const deleted = await each.keep('delete');
        await each.remove();
        expect(sorted()).not.toEqual(before);
        await each.putBack(deleted);
        expect(sorted()).toEqual(before);
      }
      await edit(system, 'shadow', 'alice:!:', 'alice:$y$hash:');
      expect(await samples[0]?.refuses('update')).toBe('');
      expect(await samples[0]?.refuses('delete')).toBe('its password is not kept');
      const update = await samples[0]?.keep('update');
      await samples[0]?.remove();
      const back = samples[0]?.putBack(update ?? { data: {} });
      await expect(back).rejects.toThrow('it is gone, and its password is not kept');
      await (await account('user', { ...alice, create_home: false })).apply();
      // Others changed the shell meanwhile, and the declaration says nothing of it.
      const named = await account('user', { name: 'alice', comment: 'z' });
      const kept = await named.keep('update');
      await named.apply();
      await edit(system, 'passwd', 'z:/home/alice:/bin/sh', 'z:/home/alice:/bin/true');
      await named.putBack(kept);
      expect(table('passwd')).toContain('Alice A:/home/alice:/bin/true');
    });

    test('a system under another root is the same whatever links lead to it', async () => {
      symlinkSync('.', join(system, 'here'));
      const at = async (root: string): Promise<string> => {
        const { provider, properties } = await prepareObject('user', machineIn(system), {
          name: 'a',
          root,
        });
        return provider.identity(properties);
      };
      expect(await at('here/')).toBe(await at('.'));
      expect(await at('/')).toBe(':a');
    });

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

test.each([
  ['package', { name: '-y' }, 'no name of a package'],
  ['package', { name: 'nginx-' }, 'no name of a package'],
  ['package', { name: 'lib.*' }, 'no name of a package'],
  ['package', { name: '@development' }, 'no name of a package'],
  ['package', { name: 'nginx', version: '1.*' }, 'no version of a package'],
  ['package', { name: 'nginx', version: '1 -o x' }, 'no version of a package'],
  ['user', { name: '-o' }, 'its name begins with a hyphen'],
  ['user', { name: 'a:b' }, 'its name has a blank, a colon'],
  ['user', { name: 'a', group: '-x' }, 'its group begins with a hyphen'],
  ['user', { name: 'a', groups: ['b,c'] }, 'its group has a blank'],
  ['user', { name: 'a', comment: 'x\nroot::0:0' }, 'its comment has a colon or a control'],
  ['user', { name: 'a', shell: '/bin/sh:x' }, 'its shell has a colon'],
  ['user', { name: 'a', uid: -1 }, 'its uid is no number of an account'],
  ['group', { name: 'a', gid: 1.5 }, 'its gid is no number of an account'],
  ['group', { name: '' }, 'its name is empty'],
])('a declaration is refused: %s %j', async (type, properties, reason) => {
  await expect(prepareObject(type, machineIn('/'), properties)).rejects.toThrow(reason);
});

const withStandIns = { PATH: `FOLDER/bin:${process.env.PATH ?? ''}` };

describeProviders([
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
