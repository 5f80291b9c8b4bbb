import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import type { PreImages, Properties, ProviderMachine } from '../../model/provider.ts';
import { runProgram } from '../programs.ts';
import { textOf } from '../property.ts';
import { gitIn, QUIET } from './gitIn.ts';
import { ASIDE, keepCommits, putAside } from './unsavedWork.ts';

/**
 * What was checked out, and from where. Files that people changed are put aside by the apply itself, and are
 * taken out again where they were in the way.
 */
export const gitPreImages: PreImages = {
  refuses: async () => '',

  async keep(properties, machine) {
    const git = gitIn(textOf(properties, 'path'), machine);
    const [remote, commit, branch, stash, changed] = await Promise.all([
      git.tell('config', '--get', 'remote.origin.url'),
      git.tell('rev-parse', '--verify', '--quiet', 'HEAD'),
      git.tell('symbolic-ref', '--quiet', '--short', 'HEAD'),
      git.tell('rev-parse', '--verify', '--quiet', 'refs/stash'),
      git.run('status', '--porcelain'),
    ]);
    return { data: { remote, commit, branch, stash, dirty: changed !== '' } };
  },

  async putBack(properties, { data }, machine) {
    const path = textOf(properties, 'path');
    const git = gitIn(path, machine);
    const { remote, commit, branch, stash, dirty } = data;
    if ((await lookAt(`${path}/.git`)) === undefined) await cloneAgain(properties, data, machine);
    if (typeof remote === 'string' && remote !== '') {
      await git.run('remote', 'set-url', 'origin', remote);
    }
    const newest = await git.tell('rev-parse', '--verify', '--quiet', 'refs/stash');
    const message = await git.tell('log', '-1', '--format=%s', 'refs/stash');
    // Ours, made since then: what was there comes back as it was.
    const isOurs = dirty === true && newest !== '' && newest !== stash && message.includes(ASIDE);
    if (!isOurs && dirty === true && (await git.run('status', '--porcelain')) !== '') return;
    if (isOurs) await putAsideNewer(git, path, machine, newest);
    else await putAside(git, path, machine);
    if (typeof commit === 'string' && commit !== '') {
      await keepCommits(git, path, machine);
      const place = typeof branch === 'string' && branch !== '' ? [branch] : ['--detach', commit];
      await git.run('checkout', '--quiet', ...place);
    }
    if (isOurs) {
      await git.run('stash', 'apply', '--quiet', newest);
      await dropStash(git, newest);
    }
  },
};

type Git = ReturnType<typeof gitIn>;

async function putAsideNewer(
  git: Git,
  path: string,
  machine: ProviderMachine,
  kept: string,
): Promise<void> {
  const newest = await git.tell('rev-parse', '--verify', '--quiet', 'refs/stash');
  if (newest === kept) await putAside(git, path, machine);
}

/** By what it is: its place in the list may have changed. */
async function dropStash(git: Git, commit: string): Promise<void> {
  const all = (await git.tell('stash', 'list', '--format=%H')).split('\n');
  const at = all.indexOf(commit);
  if (at !== -1) await git.run('stash', 'drop', '--quiet', `stash@{${at}}`);
}

async function cloneAgain(
  properties: Properties,
  { remote }: Readonly<Record<string, unknown>>,
  machine: ProviderMachine,
): Promise<void> {
  const path = textOf(properties, 'path');
  if (typeof remote !== 'string' || remote === '')
    throw new Error('it is gone, and came from nowhere');
  await mkdir(dirname(path), { recursive: true });
  try {
    await runProgram(machine, ['git', 'clone', '--quiet', '--', remote, path], { env: QUIET });
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
}
