import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import type { ChangeTrace, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { pathIn } from '../pathIn.ts';
import { runProgram, tryProgram } from '../programs.ts';
import { optionalText, textOf } from '../property.ts';

/** Nothing that git asks could be answered. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };

/**
 * A checkout of a repository at a branch, a tag or a commit. What somebody changed in it is put aside
 * with `git stash` before another commit is checked out: nothing that was typed is lost.
 */
export const gitProvider: Provider = {
  type: 'git',
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

  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  prepare: (properties, machine) => ({
    ref: 'HEAD',
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
    remote: remoteIn(machine, textOf(properties, 'remote')),
  }),

  identity: (properties) => textOf(properties, 'path'),

  async expected(properties, machine) {
    const commit = await commitOf(properties, machine);
    return { remote: textOf(properties, 'remote'), commit, dirty: false };
  },

  async read(properties, machine) {
    const path = textOf(properties, 'path');
    if ((await lookAt(`${path}/.git`)) === undefined) return { exists: false };
    const [remote, head, changed] = await Promise.all([
      tryProgram(machine, git(path, 'config', '--get', 'remote.origin.url')),
      tryProgram(machine, git(path, 'rev-parse', 'HEAD')),
      runProgram(machine, git(path, 'status', '--porcelain'), { env: QUIET }),
    ]);
    return {
      exists: true,
      attributes: {
        remote: remote.stdout.trim(),
        commit: head.stdout.trim(),
        dirty: changed !== '',
      },
    };
  },

  async apply(properties, actual, machine) {
    const path = textOf(properties, 'path');
    const [remote, commit] = [textOf(properties, 'remote'), await commitOf(properties, machine)];
    const run = (...args: readonly string[]): Promise<string> =>
      runProgram(machine, git(path, ...args), { env: QUIET });
    if (!actual.exists) {
      await mkdir(dirname(path), { recursive: true });
      await runProgram(machine, ['git', 'init', '--quiet', path], { env: QUIET });
      await run('remote', 'add', 'origin', remote);
    } else {
      await run('remote', 'set-url', 'origin', remote);
      if (actual.attributes.dirty === true) await putAside(run);
    }
    await run(
      'fetch',
      '--quiet',
      '--tags',
      '--force',
      'origin',
      '+refs/heads/*:refs/remotes/origin/*',
    );
    await run('checkout', '--quiet', '--detach', commit);
  },

  async delete(properties) {
    await rm(textOf(properties, 'path'), { recursive: true, force: true });
  },

  async adopt(id, machine) {
    const path = pathIn(machine, id);
    const remote = await runProgram(machine, git(path, 'config', '--get', 'remote.origin.url'));
    const commit = await runProgram(machine, git(path, 'rev-parse', 'HEAD'));
    return { path, remote: remote.trim(), ref: commit.trim() };
  },

  take: async (properties, actual) => ({
    ...properties,
    remote: actual.remote ?? null,
    ref: actual.commit ?? null,
  }),

  async trace(properties, machine): Promise<ChangeTrace | undefined> {
    const path = textOf(properties, 'path');
    const told = await tryProgram(machine, git(path, 'log', '-1', '--format=%an <%ae>%n%ct'));
    const [author = '', seconds = ''] = told.stdout.split('\n');
    if (told.exitCode !== 0 || author === '') return undefined;
    // Whoever wrote a commit need not be who checked it out.
    return { by: `git author ${author}`, at: Number(seconds) * 1000, confidence: 'guess' };
  },

  suggest(properties, attribute) {
    const [path, ref] = [textOf(properties, 'path'), optionalText(properties, 'ref') ?? 'HEAD'];
    if (attribute === 'dirty') return `$ git -C ${path} stash push --include-untracked`;
    if (attribute === 'remote') {
      return `$ git -C ${path} remote set-url origin ${textOf(properties, 'remote')}`;
    }
    return `$ git -C ${path} fetch origin && git -C ${path} checkout --detach ${ref}`;
  },
};

function git(path: string, ...args: readonly string[]): string[] {
  return ['git', '-C', path, ...args];
}

/** A remote that is a path lies beside the workflow like any other path. */
function remoteIn(machine: ProviderMachine, remote: string): string {
  return /^(\w+:\/\/|[^/]+@[^/]+:)/.test(remote) ? remote : pathIn(machine, remote);
}

/** The commit that a ref is, asked of the remote; a full commit is itself. */
async function commitOf(properties: Properties, machine: ProviderMachine): Promise<string> {
  const [ref, remote] = [optionalText(properties, 'ref') ?? 'HEAD', textOf(properties, 'remote')];
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const command = ['git', 'ls-remote', remote, ref, `refs/tags/${ref}^{}`];
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

async function putAside(run: (...args: readonly string[]) => Promise<string>): Promise<void> {
  const who = ['-c', 'user.name=sloth-runner', '-c', 'user.email=sloth-runner@localhost'];
  const message = 'put aside by sloth-runner';
  await run(...who, 'stash', 'push', '--include-untracked', '--message', message);
}
