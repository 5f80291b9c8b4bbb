import { spawnSync } from 'node:child_process';
import { SlothError } from '../../errors/SlothError.ts';
import { childEnvironment } from '../../model/childEnvironment.ts';

/** A git repository, as far as telling what has changed needs it. Everything rejects with `project.git`. */
export interface GitRepository {
  /** Its root, absolute, with all links followed. */
  readonly top: string;
  /** The commit that a revision names. */
  resolve(revision: string): string;
  /** What was last pushed, where the branch has somewhere to push to; else the last commit. */
  pushed(): string;
  /**
   * What differs from a commit: changed, deleted and unknown files, relative to the root. A submodule or
   * another repository inside is named as a folder.
   */
  changedSince(commit: string): string[];
  /** A file as it was at a commit, by its path from the root; `undefined` where it wasn't there. */
  fileAt(commit: string, path: string): string | undefined;
}

/** Opens the repository that a folder belongs to. */
export function openGit(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): GitRepository {
  const top = lineOf(git(folder, ['rev-parse', '--show-toplevel'], env));
  const ask = (...args: string[]): Answer => tryGit(top, args, env);
  const run = (...args: string[]): string => git(top, args, env);

  function resolve(revision: string): string {
    const name = `${revision}^{commit}`;
    const found = ask('rev-parse', '--verify', '--quiet', '--end-of-options', name);
    if (found.ok) return lineOf(found.text);
    if (revision === 'HEAD') throw refused('there is no commit yet');
    throw refused(`there is no revision '${revision}'${hintOfShallow()}`);
  }

  /** A clone that was cut off has not what lies before the cut. */
  function hintOfShallow(): string {
    const isShallow = lineOf(run('rev-parse', '--is-shallow-repository')) === 'true';
    return isShallow ? ' in this shallow clone; fetch the rest with: git fetch --unshallow' : '';
  }

  return {
    top,
    resolve,
    pushed() {
      const upstream = ask('rev-parse', '--verify', '--quiet', '@{upstream}^{commit}');
      if (!upstream.ok) return resolve('HEAD');
      const base = ask('merge-base', resolve('HEAD'), lineOf(upstream.text));
      if (base.ok) return lineOf(base.text);
      throw refused(`the branch has nothing in common with what was pushed${hintOfShallow()}`);
    },
    changedSince(commit) {
      return [
        ...run('diff', '--name-only', '--no-renames', '-z', commit, '--').split('\0'),
        ...run('ls-files', '--others', '--exclude-standard', '-z').split('\0'),
      ]
        .map((name) => name.replace(/\/$/, ''))
        .filter((name) => name !== '');
    },
    fileAt(commit, path) {
      const shown = ask('show', `${commit}:${path}`);
      return shown.ok ? shown.text : undefined;
    },
  };
}

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

function tryGit(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Answer {
  const ended = spawnSync('git', args, {
    cwd,
    // Looking must not get in the way of somebody who commits at the same time.
    env: { ...childEnvironment(env), GIT_OPTIONAL_LOCKS: '0' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ended.status === 0) return { ok: true, text: ended.stdout };
  if (ended.error !== undefined) {
    const isMissing = 'code' in ended.error && ended.error.code === 'ENOENT';
    const reason = isMissing ? 'the program git is not installed' : ended.error.message;
    return { ok: false, reason };
  }
  const lines = ended.stderr.trim().split('\n');
  // Warnings may stand before what ended it.
  const fatal = lines.find((line) => line.startsWith('fatal: ')) ?? lines[0] ?? '';
  return { ok: false, reason: fatal.replace(/^fatal: /, '') };
}

function git(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const answer = tryGit(cwd, args, env);
  if (answer.ok) return answer.text;
  throw refused(answer.reason);
}

function refused(reason: string): SlothError {
  return new SlothError('project.git', { reason });
}

/** One line without its break; a path may end in blanks. */
function lineOf(text: string): string {
  return text.replace(/\r?\n$/, '');
}
