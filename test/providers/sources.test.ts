import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
  const { archiveProvider } = await import('../../src/providers/archive/archiveProvider.ts');
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
