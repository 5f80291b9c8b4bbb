import type { ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import type { Git } from './gitIn.ts';

/** What our stashes say. */
export const ASIDE = 'put aside by sloth-runner';

/**
 * What a checkout holds that is nowhere else, in words; empty where all of it was fetched: changed, unknown
 * and ignored files, stashes, and commits that no remote branch has.
 */
export async function unsavedWork(git: Git): Promise<string> {
  const changed = linesOf(await git.run('status', '--porcelain', '--untracked-files=all'));
  const ignored = linesOf(await git.run('status', '--porcelain', '--ignored')).filter((line) =>
    line.startsWith('!!'),
  );
  const stashes = linesOf(await git.tell('stash', 'list'));
  const commits = await commitsOf(git, ['--branches', '--tags', 'HEAD'], ['--remotes']);
  const parts = [
    [changed.length, 'changed or unknown file'],
    [ignored.length, 'ignored file'],
    [stashes.length, 'stash'],
    [commits.length, 'commit'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : word === 'stash' ? 'es' : 's'}`)
    .join(', ');
}

/** Puts changed and unknown files aside, and says how they are had back; nothing where there are none. */
export async function putAside(git: Git, path: string, machine: ProviderMachine): Promise<void> {
  if ((await git.run('status', '--porcelain')) === '') return;
  const who = ['-c', 'user.name=sloth-runner', '-c', 'user.email=sloth-runner@localhost'];
  await git.run(...who, 'stash', 'push', '--include-untracked', '--message', ASIDE);
  const back = `git -C ${shellQuoted(path)} stash pop`;
  machine.notice(`changes in ${path} were put aside; to have them back: ${back}`);
}

/**
 * Gives commits that only a detached HEAD leads to a branch of their own, before something else is checked
 * out: the reflog alone would lose them one day.
 */
export async function keepCommits(git: Git, path: string, machine: ProviderMachine): Promise<void> {
  const head = await git.tell('rev-parse', '--verify', '--quiet', 'HEAD');
  const known = ['--branches', '--tags', '--remotes'];
  if (head === '' || (await commitsOf(git, ['HEAD'], known)).length === 0) return;
  const branch = `sloth-runner/kept-${head.slice(0, 12)}`;
  await git.run('branch', '--force', branch, head);
  machine.notice(`commits in ${path} that were on no branch are on '${branch}' now`);
}

/** Commits that some revisions lead to, and others don't. */
async function commitsOf(
  git: Git,
  of: readonly string[],
  not: readonly string[],
): Promise<string[]> {
  return linesOf(await git.tell('rev-list', ...of, '--not', ...not));
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
