import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { SlothError } from '../../errors/SlothError.ts';
import { childEnvironment } from '../../model/childEnvironment.ts';
import { sameJson } from '../../model/json.ts';
import type { Project, ProjectStack } from '../project/Project.ts';

/** What has changed in git since a revision. */
export interface ChangedStacks {
  /** By name, with what of it changed. */
  readonly changed: ReadonlyMap<string, string>;
  /** Stacks that the project no longer has. */
  readonly removed: readonly string[];
  /** The revision that was compared with. */
  readonly base: string;
}

/**
 * The stacks of a project that have changed since a revision: their workflow, their values, a file that
 * their workflow includes, or what the project file says of them. What isn't committed, and what git
 * doesn't know yet, counts too. Without a revision: since what was last pushed, else since the last
 * commit. Rejects with `project.git`.
 */
export function changedStacks(project: Project, wanted: string | undefined): ChangedStacks {
  const folder = dirname(project.file);
  const top = git(folder, ['rev-parse', '--show-toplevel']).trim();
  const base = git(folder, ['rev-parse', '--verify', wanted ?? defaultBase(folder)]).trim();
  const files = new Set(
    [
      ...git(top, ['diff', '--name-only', '-z', base, '--']).split('\0'),
      ...git(top, ['ls-files', '--others', '--exclude-standard', '-z']).split('\0'),
    ]
      .filter((name) => name !== '')
      .map((name) => join(top, name)),
  );
  const changed = new Map<string, string>();
  for (const stack of project.stacks.values()) {
    const found = filesOf(stack).find((file) => files.has(file));
    if (found !== undefined) changed.set(stack.name, `${relative(folder, found)} changed`);
  }
  const removed: string[] = [];
  for (const file of project.files.filter((each) => files.has(each))) {
    const before = declaredIn(showAt(top, base, file));
    const now = declaredIn(readFileSync(file, 'utf8'));
    for (const [name, stack] of Object.entries(now)) {
      if (!changed.has(name) && !sameJson(stack, before[name])) {
        changed.set(name, `${relative(folder, file)} says something else of it`);
      }
    }
    removed.push(...Object.keys(before).filter((name) => !project.stacks.has(name)));
  }
  return { changed, removed, base };
}

/** What was pushed, where the branch has somewhere to push to. */
function defaultBase(folder: string): string {
  const upstream = startGit(folder, ['merge-base', 'HEAD', '@{upstream}']);
  return upstream.status === 0 ? upstream.stdout.trim() : 'HEAD';
}

/** The files that a stack is made of, as far as they can be told without running anything. */
function filesOf({ file, valuesFile }: ProjectStack): string[] {
  const found = new Set<string>(valuesFile === null ? [] : [valuesFile]);
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    if (existsSync(at)) open.push(...includedBy(at, readFileSync(at, 'utf8')));
  }
  return [...found];
}

/** Modules that a workflow loads, and files that it names: every text that is a path beside it. */
function includedBy(file: string, text: string): string[] {
  const folder = dirname(file);
  const found: string[] = [];
  for (const [, , name = ''] of text.matchAll(/(["'`])((?:(?!\1)[^\n\\])+)\1/g)) {
    const path = resolve(folder, name);
    const module = join(folder, ...name.split('.'));
    const places = name.includes('/') || name.includes('.') ? [path] : [];
    for (const place of [...places, `${module}.lua`, join(module, 'init.lua')]) {
      if (existsSync(place) && !place.endsWith('/')) found.push(place);
    }
  }
  return found.filter((each) => each !== folder && each.startsWith(folder));
}

function declaredIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = parse(text) as { stacks?: Record<string, unknown> } | null;
    return parsed?.stacks ?? {};
  } catch {
    // An older version that was no YAML declared nothing.
    return {};
  }
}

/** A file as it was; empty where it wasn't there. */
function showAt(top: string, base: string, file: string): string {
  const shown = startGit(top, ['show', `${base}:${relative(top, file)}`]);
  return shown.status === 0 ? shown.stdout : '';
}

function git(folder: string, args: readonly string[]): string {
  const ended = startGit(folder, args);
  if (ended.status === 0) return ended.stdout;
  const reason = ended.error?.message ?? ended.stderr.trim().split('\n')[0] ?? '';
  throw new SlothError('project.git', { reason }, { cause: ended.error });
}

/** Runs git in a folder, whichever repository's hook may have started us. */
function startGit(folder: string, args: readonly string[]): SpawnSyncReturns<string> {
  const env = childEnvironment(process.env);
  return spawnSync('git', args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 });
}
