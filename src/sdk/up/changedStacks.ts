import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { appendAll } from '../../model/appendAll.ts';
import { sameJson } from '../../model/json.ts';
import type { Project } from '../project/Project.ts';
import { filesOfStack, realPlace } from './filesOfStack.ts';
import { openGit } from './openGit.ts';

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
 * The stacks of a project that have changed since a revision: their workflow, their values, a file or a
 * folder that their workflow includes or names, or what the project file says of them. What isn't
 * committed, and what git doesn't know yet, counts too; what git ignores does not. Without a revision:
 * since what was last pushed, else since the last commit. Rejects with `project.git`.
 */
export function changedStacks(project: Project, wanted: string | undefined): ChangedStacks {
  const folder = dirname(project.file);
  const git = openGit(folder);
  const base = wanted === undefined ? git.pushed() : git.resolve(wanted);
  const differing = git.changedSince(base).map((name) => join(git.top, name));
  const changed = new Map<string, string>();
  for (const stack of project.stacks.values()) {
    const found = firstTouched(filesOfStack(stack), differing);
    if (found !== undefined) changed.set(stack.name, `${relative(folder, found)} changed`);
  }
  const before = declaredBy(project.file, (file) => {
    return git.fileAt(base, relative(git.top, realPlace(file)));
  });
  const now = declaredBy(project.file, (file) => readFileSync(file, 'utf8'));
  for (const [name, { file, gist }] of now) {
    if (changed.has(name) || sameJson(gist, before.get(name)?.gist)) continue;
    changed.set(name, `${relative(folder, file)} says something else of it`);
  }
  const removed = [...before.keys()].filter((name) => !project.stacks.has(name));
  return { changed, removed, base };
}

/** What a project file said of a stack, and which one; told apart by what it says from which folder. */
interface Declared {
  readonly file: string;
  readonly gist: unknown;
}

/** What a project file and those that it includes say of each stack, as they are written. */
function declaredBy(
  first: string,
  read: (file: string) => string | undefined,
): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>();
  const seen = new Set<string>();
  const open = [first];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const folder = dirname(file);
    const { stacks, include } = readDeclarations(read(file) ?? '');
    for (const [name, stack] of Object.entries(stacks)) {
      found.set(name, { file, gist: { folder, stack } });
    }
    appendAll(
      open,
      include.map((each) => resolve(folder, each)),
    );
  }
  return found;
}

/** An older version that was no project file declared nothing. */
function readDeclarations(text: string): {
  readonly stacks: Readonly<Record<string, unknown>>;
  readonly include: readonly string[];
} {
  const checked = v.safeParse(looseProject, parsed(text));
  return checked.success ? checked.output : { stacks: {}, include: [] };
}

function parsed(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch {
    // An older version that was no YAML: the present one has been read, and is.
    return {};
  }
}

const looseProject = v.object({
  stacks: v.nullish(v.record(v.string(), v.unknown()), {}),
  include: v.nullish(v.array(v.string()), []),
});

/**
 * The first of the differing paths that some files and folders have to do with: the same, one inside of
 * such a folder, or a folder (a submodule) that such a file lies in.
 */
function firstTouched(used: ReadonlySet<string>, differing: readonly string[]): string | undefined {
  const isInside = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);
  return differing.find((path) => {
    if (used.has(path)) return true;
    return [...used].some((each) => isInside(path, each) || isInside(each, path));
  });
}
