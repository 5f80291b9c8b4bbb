import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { archiveProvider } from '../../src/providers/archive/archiveProvider.ts';
import { gitProvider } from '../../src/providers/git/gitProvider.ts';
import { describeProviders, machineIn } from './describeProviders.ts';

const identity = ['-c', 'user.name=Tester', '-c', 'user.email=tester@localhost'];

function git(folder: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, '-C', folder, ...args], {
    env,
    stdio: 'pipe',
  }).toString();
}

/** A repository with a branch, two commits and a tag on the first. */
async function makeRepository(folder: string): Promise<void> {
  const path = join(folder, 'origin');
  await mkdir(path);
  git(path, 'init', '--quiet', '--initial-branch=main');
  for (const version of ['1', '2']) {
    await writeFile(join(path, 'version'), version);
    git(path, 'add', '.');
    git(path, 'commit', '--quiet', '-m', `version ${version}`);
    if (version === '1') git(path, 'tag', '-a', 'v1', '-m', 'first');
  }
}

async function makeArchives(folder: string): Promise<void> {
  const source = join(folder, 'source');
  await mkdir(join(source, 'bin'), { recursive: true });
  await writeFile(join(source, 'bin/tool'), 'tool');
  await writeFile(join(source, 'readme'), 'read me');
  execFileSync('tar', ['-czf', join(folder, 'one.tgz'), '-C', source, '.']);
  execFileSync('zip', ['-q', '-r', join(folder, 'one.zip'), '.'], { cwd: source });
  await unlink(join(source, 'readme'));
  await writeFile(join(source, 'bin/other'), 'other');
  execFileSync('tar', ['-czf', join(folder, 'two.tgz'), '-C', source, '.']);
}

describeProviders([
  {
    name: 'checkout in which somebody edited a file',
    type: 'git',
    prepare: makeRepository,
    properties: { path: 'checkout', remote: 'origin', ref: 'main' },
    changed: { path: 'checkout', remote: 'origin', ref: 'v1' },
    disturb: (folder) => writeFile(join(folder, 'checkout/version'), 'mine'),
    disturbed: ['dirty'],
  },
  {
    name: 'checkout of another commit',
    id: 'checkout',
    type: 'git',
    prepare: makeRepository,
    properties: { path: 'checkout', remote: 'origin', ref: 'v1' },
    changed: { path: 'checkout', remote: 'origin' },
    disturb: async (folder) => git(join(folder, 'checkout'), 'checkout', '--quiet', 'origin/main'),
    disturbed: ['commit'],
  },
  {
    name: 'unpacked archive (tar) in which a file was edited',
    type: 'archive',
    prepare: makeArchives,
    properties: { source: 'one.tgz', path: 'unpacked' },
    changed: { source: 'two.tgz', path: 'unpacked' },
    disturb: (folder) => writeFile(join(folder, 'unpacked/bin/tool'), 'mine'),
    disturbed: ['changed'],
  },
  {
    name: 'unpacked archive (zip) of which a file is missing',
    type: 'archive',
    prepare: makeArchives,
    properties: { source: 'one.zip', path: 'unpacked' },
    changed: { source: 'two.tgz', path: 'unpacked' },
    disturb: (folder) => unlink(join(folder, 'unpacked/bin/tool')),
    disturbed: ['changed'],
  },
]);

test('what somebody typed in a checkout is put aside, and can be had back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
  await makeRepository(folder);
  const machine = machineIn(folder);
  const properties = gitProvider.prepare({ path: 'checkout', remote: 'origin' }, machine);
  const apply = async (): Promise<void> =>
    gitProvider.apply(properties, await gitProvider.read(properties, machine), machine);
  await apply();
  const checkout = join(folder, 'checkout');
  await writeFile(join(checkout, 'version'), 'typed by hand');
  await writeFile(join(checkout, 'new'), 'a new file');
  await apply();
  expect(await readFile(join(checkout, 'version'), 'utf8')).toBe('2');
  git(checkout, 'stash', 'pop');
  expect(await readFile(join(checkout, 'version'), 'utf8')).toBe('typed by hand');
  expect(await readFile(join(checkout, 'new'), 'utf8')).toBe('a new file');
  await rm(folder, { recursive: true });
});

test('an archive leaves what others put beside its files, and takes only its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
  await makeArchives(folder);
  await mkdir(join(folder, 'unpacked'));
  await writeFile(join(folder, 'unpacked/mine'), 'mine');
  const machine = machineIn(folder);
  const properties = archiveProvider.prepare({ source: 'one.tgz', path: 'unpacked' }, machine);
  await archiveProvider.apply(properties, { exists: false }, machine);
  expect((await readdir(join(folder, 'unpacked'))).toSorted()).toEqual([
    '.sloth-archive.json',
    'bin',
    'mine',
    'readme',
  ]);
  await archiveProvider.delete(properties, machine);
  expect(await readdir(join(folder, 'unpacked'))).toEqual(['mine']);
  await rm(folder, { recursive: true });
});

describe('work of people in a checkout', () => {
  const checkedOut = async (ref = 'main') => {
    const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await makeRepository(folder);
    const told: string[] = [];
    const machine = { ...machineIn(folder), notice: (message: string) => told.push(message) };
    const properties = gitProvider.prepare({ path: 'c', remote: 'origin', ref }, machine);
    await gitProvider.apply(properties, { exists: false }, machine);
    const apply = async (to: string): Promise<void> => {
      const wanted = gitProvider.prepare({ path: 'c', remote: 'origin', ref: to }, machine);
      await gitProvider.apply(wanted, await gitProvider.read(wanted, machine), machine);
    };
    const work = join(folder, 'c');
    return { folder, work, told, machine, properties, apply };
  };

  test('a commit on no branch gets one before another is checked out, and that is said', async () => {
    const { work, told, apply } = await checkedOut();
    await writeFile(join(work, 'mine'), 'mine');
    git(work, 'add', '.');
    git(work, 'commit', '--quiet', '-m', 'mine');
    await apply('v1');
    expect(git(work, 'log', '--branches', '--format=%s')).toContain('mine');
    expect(told.join()).toContain('sloth-runner/kept-');
  });

  test.each([
    ['a changed file', async (work: string) => writeFile(join(work, 'version'), 'mine')],
    ['an unknown file', async (work: string) => writeFile(join(work, 'new'), 'mine')],
    [
      'an ignored file',
      async (work: string) => {
        await writeFile(join(work, '.git/info/exclude'), 'secret.env\n');
        await writeFile(join(work, 'secret.env'), 'mine');
      },
    ],
    [
      'a stash',
      async (work: string) => {
        await writeFile(join(work, 'version'), 'mine');
        git(work, 'stash', 'push');
      },
    ],
    [
      'a commit that only a tag leads to',
      async (work: string) => {
        git(work, 'commit', '--quiet', '--allow-empty', '-m', 'mine');
        git(work, 'tag', 'mine');
        git(work, 'checkout', '--quiet', '--detach', 'origin/main');
      },
    ],
  ])('%s stops its deletion; without it, the checkout goes', async (_, change) => {
    const { work, machine, properties } = await checkedOut('v1');
    await change(work);
    await expect(gitProvider.delete(properties, machine)).rejects.toThrow('nowhere else');
    expect(existsSync(join(work, '.git'))).toBe(true);
    const clean = await checkedOut('v1');
    await gitProvider.delete(clean.properties, clean.machine);
    expect(existsSync(clean.work)).toBe(false);
  });

  test('a folder that holds something else is nothing to check out into', async () => {
    const { folder, machine } = await checkedOut();
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/file'), 'mine');
    const wanted = gitProvider.prepare({ path: 'full', remote: 'origin' }, machine);
    await expect(gitProvider.apply(wanted, { exists: false }, machine)).rejects.toThrow(
      'is no checkout',
    );
  });

  test('tags of people are not moved, and words that git would take for options are refused', async () => {
    const { work, machine, apply } = await checkedOut();
    git(work, 'tag', '--force', 'v1', 'HEAD');
    const before = git(work, 'rev-parse', 'v1');
    await apply('v1');
    expect(git(work, 'rev-parse', 'v1')).toBe(before);
    for (const wrong of [{ ref: '--exec=x' }, { remote: 'ext::sh -c id' }, { remote: '-u' }]) {
      const given = { path: 'c', remote: 'origin', ...wrong };
      expect(() => gitProvider.prepare(given, machine)).toThrow('is none');
    }
  });
});

describe('an archive with more than files', () => {
  const unpacked = async (first: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const pack = (name: string, script: string): void => {
      const source = join(folder, `src-${name}`);
      execFileSync('sh', [
        '-euc',
        `mkdir "$0"; cd "$0"; ${script}; tar -czf "../${name}" .`,
        source,
      ]);
    };
    pack('one.tgz', first);
    const machine = machineIn(folder);
    const of = (source: string) => archiveProvider.prepare({ source, path: 'out' }, machine);
    const apply = async (source: string): Promise<void> =>
      archiveProvider.apply(of(source), await archiveProvider.read(of(source), machine), machine);
    return { folder, out: join(folder, 'out'), machine, of, apply, pack };
  };

  test('links, modes and empty directories arrive, are told when changed, and go again', async () => {
    const { out, machine, of, apply } = await unpacked(
      'mkdir bin empty; echo x > bin/tool; chmod 755 bin/tool; ln -s tool bin/link; ln bin/tool bin/hard',
    );
    await apply('one.tgz');
    expect(await readlink(join(out, 'bin/link'))).toBe('tool');
    expect((await stat(join(out, 'bin/tool'))).mode & 0o777).toBe(0o755);
    expect((await readdir(out)).toSorted()).toEqual(['.sloth-archive.json', 'bin', 'empty']);
    await chmod(join(out, 'bin/tool'), 0o700);
    await unlink(join(out, 'bin/link'));
    await symlink('/etc', join(out, 'bin/link'));
    const found = await archiveProvider.read(of('one.tgz'), machine);
    expect(found).toMatchObject({ attributes: { changed: ['bin/hard', 'bin/link', 'bin/tool'] } });
    await apply('one.tgz');
    expect(await readlink(join(out, 'bin/link'))).toBe('tool');
    await writeFile(join(out, 'mine'), 'mine');
    await archiveProvider.delete(of('one.tgz'), machine);
    expect(await readdir(out)).toEqual(['mine']);
  });

  test('a file becomes a folder, and a folder a file', async () => {
    const { out, apply, pack } = await unpacked('echo x > a; mkdir b; echo y > b/c');
    pack('two.tgz', 'mkdir a; echo x > a/c; echo y > b');
    await apply('one.tgz');
    await apply('two.tgz');
    expect([
      await readFile(join(out, 'a/c'), 'utf8'),
      await readFile(join(out, 'b'), 'utf8'),
    ]).toEqual(['x\n', 'y\n']);
    await apply('one.tgz');
    expect(await readFile(join(out, 'b/c'), 'utf8')).toBe('y\n');
  });

  test('what somebody put there is not overwritten, and a link leads nothing out', async () => {
    const { folder, out, apply, pack } = await unpacked('echo x > a; mkdir d; echo x > d/f');
    await mkdir(out);
    await writeFile(join(out, 'a'), 'mine');
    await expect(apply('one.tgz')).rejects.toThrow('did not come from the archive');
    expect(await readFile(join(out, 'a'), 'utf8')).toBe('mine');
    await unlink(join(out, 'a'));
    await apply('one.tgz');
    await rm(join(out, 'd'), { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(out, 'd'));
    pack('two.tgz', 'echo x > a; mkdir d; echo z > d/f');
    await apply('two.tgz').catch(() => {});
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });
});
