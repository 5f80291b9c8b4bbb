import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { identityOfPath } from '../../files/identityOfPath.ts';
import { lookAt } from '../../files/lookAt.ts';
import type { ChangeTrace, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { pathIn, placeIn } from '../pathIn.ts';
import { runProgram } from '../programs.ts';
import { optionalText, textOf } from '../property.ts';
import { type Git, gitIn, QUIET } from './gitIn.ts';
import { gitPreImages } from './gitPreImages.ts';
import { keepCommits, putAside, unsavedWork } from './unsavedWork.ts';

/**
 * A checkout of a repository at a branch, a tag or a commit. What somebody changed or committed in it is
 * put aside where a message says before another commit is checked out; a checkout that holds work that is
 * nowhere else is not deleted.
 */
export const gitProvider: Provider = {
  type: 'git',
  holdsData: true,
  makesPlace: true,
  place: (properties) => textOf(properties, 'path'),
  properties: {
    path: { type: 'text', help: 'where the checkout lies', required: true },
    remote: { type: 'text', help: 'where it comes from: an URL or a path', required: true },
    ref: { type: 'text', help: 'branch, tag or commit (default: HEAD of the remote)' },
  },
  attributes: {
    remote: { kind: 'configuration', severity: 'high', impact: 'Comes from somewhere else' },
    commit: { kind: 'state', severity: 'high', impact: 'Another version is checked out' },
    dirty: { kind: 'configuration', severity: 'medium', impact: 'Somebody edited files in it' },
  },
  bounds: { most: 4, timeout: 60_000 },

  prepare(properties, machine) {
    const remote = remoteIn(machine, textOf(properties, 'remote'));
    const ref = optionalText(properties, 'ref') ?? 'HEAD';
    // Both stand on git's command line, where a dash makes an option and `ext::` runs a program.
    if (ref.startsWith('-') || ref === '') throw new Error(`its ref '${ref}' is none`);
    if (/^(-|ext::|fd::)/.test(remote)) throw new Error(`its remote '${remote}' is none`);
    return {
      ...properties,
      ref,
      path: placeIn(machine, textOf(properties, 'path'), { isFolder: true }),
      remote,
    };
  },

  identity: (properties) => identityOfPath(textOf(properties, 'path')),
  leaving: leavingNoted,
  preImages: gitPreImages,

  async expected(properties, machine) {
    const remote = textOf(properties, 'remote');
    const told = withoutLeft(properties, { remote, commit: '', dirty: false });
    if (!('commit' in told)) return told;
    return { ...told, commit: await commitOf(properties, machine) };
  },

  async read(properties, machine) {
    const git = gitIn(textOf(properties, 'path'), machine);
    if (!(await isCheckout(textOf(properties, 'path')))) return { exists: false };
    const [remote, head, changed] = await Promise.all([
      git.tell('config', '--get', 'remote.origin.url'),
      git.tell('rev-parse', '--verify', '--quiet', 'HEAD'),
      git.run('status', '--porcelain'),
    ]);
    const attributes = { remote, commit: head, dirty: changed !== '' };
    return { exists: true, attributes: withoutLeft(properties, attributes) };
  },

  async apply(properties, actual, machine) {
    const path = textOf(properties, 'path');
    const git = gitIn(path, machine);
    const remote = textOf(properties, 'remote');
    const expected = await gitProvider.expected(properties, machine);
    if (!actual.exists) await makeCheckout(path, remote, machine);
    else if ('remote' in expected) await git.run('remote', 'set-url', 'origin', remote);
    const { commit } = expected;
    if (typeof commit === 'string') await fetchCommit(git, properties, commit);
    if (actual.exists && 'dirty' in expected) await putAside(git, path, machine);
    if (typeof commit !== 'string' || (await git.tell('rev-parse', 'HEAD')) === commit) return;
    await keepCommits(git, path, machine);
    await git.run('checkout', '--quiet', '--detach', commit);
  },

  /** Stopped by work that is nowhere else. */
  async delete(properties, machine) {
    const path = textOf(properties, 'path');
    if (!(await isCheckout(path))) return;
    const unsaved = await unsavedWork(gitIn(path, machine));
    if (unsaved !== '') {
      throw new Error(
        `${path} holds work that is nowhere else: ${unsaved}; push it, or move the folder away`,
      );
    }
    await rm(path, { recursive: true, force: true });
  },

  async adopt(id, machine) {
    const path = placeIn(machine, id, { isFolder: true });
    const git = gitIn(path, machine);
    const remote = await git.run('config', '--get', 'remote.origin.url');
    const commit = await git.run('rev-parse', 'HEAD');
    return { path, remote: remote.trim(), ref: commit.trim() };
  },

  take: async (properties, actual) => ({
    ...properties,
    remote: actual.remote ?? properties.remote ?? null,
    ref: actual.commit ?? properties.ref ?? null,
  }),

  async trace(properties, machine): Promise<ChangeTrace | undefined> {
    const git = gitIn(textOf(properties, 'path'), machine);
    const [author = '', seconds = ''] = (
      await git.tell('log', '-1', '--format=%an <%ae>%n%ct')
    ).split('\n');
    if (author === '') return undefined;
    // Whoever wrote a commit need not be who checked it out.
    return { by: `git author ${author}`, at: Number(seconds) * 1000, confidence: 'guess' };
  },

  suggest(properties, attribute) {
    const [path, ref] = [
      shellQuoted(textOf(properties, 'path')),
      shellQuoted(optionalText(properties, 'ref') ?? 'HEAD'),
    ];
    const remote = textOf(properties, 'remote');
    if (attribute === 'dirty') return `$ git -C ${path} stash push --include-untracked`;
    if (/\/\/[^/]*@/.test(remote)) return 'Check out its ref from its remote';
    if (attribute === 'remote')
      return `$ git -C ${path} remote set-url origin ${shellQuoted(remote)}`;
    if (attribute === 'exists') return `$ git clone ${shellQuoted(remote)} ${path}`;
    return `$ git -C ${path} fetch origin ${ref} && git -C ${path} checkout --detach FETCH_HEAD`;
  },
};

async function isCheckout(path: string): Promise<boolean> {
  return (await lookAt(`${path}/.git`)) !== undefined;
}

/** A folder that holds something else is nothing to check out into: its files would be taken for ours. */
async function makeCheckout(path: string, remote: string, machine: ProviderMachine): Promise<void> {
  const there = await lookAt(path);
  if (there !== undefined && (!there.isDirectory() || (await readdir(path)).length > 0)) {
    throw new Error(`${path} is there already, and is no checkout`);
  }
  await mkdir(dirname(path), { recursive: true });
  await runProgram(machine, ['git', 'init', '--quiet', '--', path], { env: QUIET });
  await gitIn(path, machine).run('remote', 'add', 'origin', remote);
}

/** Tags of people in the checkout stay as they are: only what is asked for is fetched beside the branches. */
async function fetchCommit(git: Git, properties: Properties, commit: string): Promise<void> {
  const heads = '+refs/heads/*:refs/remotes/origin/*';
  if ((await git.tell('config', '--get', 'remote.origin.url')) === '') {
    await git.run('remote', 'add', 'origin', textOf(properties, 'remote'));
  }
  await git.run('fetch', '--quiet', '--no-tags', 'origin', heads);
  const ref = optionalText(properties, 'ref') ?? 'HEAD';
  if (!(await git.has(commit))) await git.run('fetch', '--quiet', '--no-tags', 'origin', ref);
  if (!(await git.has(commit))) await git.run('fetch', '--quiet', '--no-tags', 'origin', commit);
  // What came from the remote is told from what people made here by a name among those of remotes.
  await git.run('update-ref', `refs/remotes/sloth-runner/${commit}`, commit);
}

/** A remote that is a path lies beside the workflow like any other path. */
function remoteIn(machine: ProviderMachine, remote: string): string {
  return /^(-|\w+::|\w+:\/\/|[^/]+@[^/]+:)/.test(remote) ? remote : pathIn(machine, remote);
}

/** The commit that a ref is, asked of the remote; a full commit is itself. */
async function commitOf(properties: Properties, machine: ProviderMachine): Promise<string> {
  const [ref, remote] = [optionalText(properties, 'ref') ?? 'HEAD', textOf(properties, 'remote')];
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)) return ref;
  const command = ['git', 'ls-remote', '--', remote, ref, `refs/tags/${ref}^{}`];
  const lines = (await runProgram(machine, command, { env: QUIET })).trim().split('\n');
  const rows = lines.map((line) => line.split('\t'));
  // An annotated tag is an object of its own; what it points at is the one with ^{}.
  const order = [`refs/tags/${ref}^{}`, `refs/heads/${ref}`, `refs/tags/${ref}`, ref];
  for (const name of order) {
    const commit = rows.find((row) => row[1] === name)?.[0];
    if (commit !== undefined) return commit;
  }
  throw new Error(`${remote} has no '${ref}'`);
}
