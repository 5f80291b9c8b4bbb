import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { nearest } from '../../errors/nearest.ts';
import { describeError, isSlothError, SlothError } from '../../errors/SlothError.ts';
import { appendAll } from '../../model/appendAll.ts';
import { parseDependency } from '../../model/dependency.ts';
import type { JsonObject } from '../../model/json.ts';
import { isRange } from '../../services/deps/checkDependencies.ts';
import { assertStackName } from '../../services/stacks/assertStackName.ts';
import { readYamlFile } from '../readYamlFile.ts';
import type { Project, ProjectStack } from './Project.ts';
import { type ProjectFile, projectSchema } from './projectSchema.ts';

/**
 * Reads a project file and those it includes. Rejects with `project.unreadable`, or with
 * `project.invalid` at the line, where a stack is declared twice, too.
 */
export function readProject(file: string): Project {
  const stacks = new Map<string, ProjectStack>();
  const files: string[] = [];
  const open = [resolve(file)];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    if (files.includes(at)) continue;
    files.push(at);
    const { include, found } = readOne(at);
    appendAll(open, include);
    for (const stack of found) {
      const known = stacks.get(stack.name);
      if (known !== undefined) {
        const place = `${known.at.file}:${known.at.line}`;
        throw invalid(stack.at, `stack '${stack.name}' is declared at ${place} already`);
      }
      stacks.set(stack.name, stack);
    }
  }
  return { file: resolve(file), files, stacks };
}

function readOne(file: string): {
  readonly include: readonly string[];
  readonly found: readonly ProjectStack[];
} {
  const { value, fault, lineOf } = readYamlFile(
    file,
    (reason, cause) => new SlothError('project.unreadable', { file, reason }, { cause }),
  );
  if (fault !== null) throw invalid({ file, line: fault.line }, fault.reason);
  const checked = v.safeParse(projectSchema, value ?? {});
  if (!checked.success) {
    // A misspelt key is the cause where another is then missing.
    const unknown = checked.issues.find((issue) => issue.expected === 'never');
    throw wrong(file, unknown ?? checked.issues[0], lineOf);
  }
  const folder = dirname(file);
  const { include = [], stacks = {} } = checked.output;
  const found = Object.entries(stacks).map(([name, stack]) => {
    const at = { file, line: lineOf(['stacks', name]) };
    refuseBadNames(name, stack.depends_on ?? [], at);
    return stackOf(name, stack, folder, at, (index) => ({
      file,
      line: lineOf(['stacks', name, 'depends_on', String(index)]),
    }));
  });
  return { include: include.map((each) => resolve(folder, each)), found };
}

/** What is wrong with a name or a range is told at its line. */
function refuseBadNames(name: string, dependsOn: readonly string[], at: ProjectStack['at']): void {
  try {
    assertStackName(name);
    for (const text of dependsOn) assertStackName(parseDependency(text).stack);
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { what, why } = describeError(error);
    throw invalid(at, `${what}: ${why}`);
  }
  const wrongRange = dependsOn.find((text) => !isRange(parseDependency(text).range));
  if (wrongRange !== undefined)
    throw invalid(at, `'${wrongRange}' has no range of versions after @`);
}

type StackFields = NonNullable<ProjectFile['stacks']>[string];

function stackOf(
  name: string,
  { file, workflow, values, depends_on, tags, description }: StackFields,
  folder: string,
  at: ProjectStack['at'],
  placeOf: (index: number) => ProjectStack['at'],
): ProjectStack {
  return {
    name,
    file: resolve(folder, file),
    workflow: workflow ?? null,
    valuesFile: typeof values === 'string' ? resolve(folder, values) : null,
    values: typeof values === 'object' ? (values as JsonObject) : null,
    dependsOn: (depends_on ?? []).map((text, index) => ({
      ...parseDependency(text),
      at: placeOf(index),
    })),
    tags: tags ?? [],
    description: description ?? '',
    at,
  };
}

function wrong(
  file: string,
  issue: v.BaseIssue<unknown>,
  lineOf: (path: readonly string[]) => number,
): SlothError {
  const path = (issue.path ?? []).map((each) => String(each.key));
  const key = path.join('.') || 'the file';
  return invalid({ file, line: lineOf(path) }, `'${key}': ${reasonOf(issue, path)}`);
}

const stackKeys = ['file', 'workflow', 'values', 'depends_on', 'tags', 'description'];

function reasonOf(issue: v.BaseIssue<unknown>, path: readonly string[]): string {
  if (issue.expected === 'never') {
    const known = path.length > 1 ? stackKeys : ['include', 'stacks'];
    const near = nearest(path.at(-1) ?? '', known);
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : known.join(', ');
    return `there is no such key; ${near.length > 0 ? hint : `there are: ${hint}`}`;
  }
  if (issue.received === 'undefined') return 'it is missing';
  return issue.message;
}

function invalid(at: ProjectStack['at'], reason: string): SlothError {
  return new SlothError('project.invalid', { ...at, reason });
}
