import { readFileSync } from 'node:fs';
import { type ErrorSource, isSlothError, SlothError } from '../../errors/SlothError.ts';
import { pathOf } from './modules/loadedUrl.ts';
import type { UnresolvedImport } from './modules/resolveModule.ts';
import { findSyntaxProblem } from './modules/stripTypes.ts';
import { headedProblem, type SyntaxProblem } from './modules/syntaxProblem.ts';
import type { Scope } from './Scope.ts';
import { sourceAt, sourceIn, withSource } from './sourceOf.ts';
import { reasonOf, stackOf } from './toCallError.ts';

/**
 * Why a workflow file could not be loaded, as an error of ours that points at the line.
 *
 * In: what its import threw, the scope of the load, the URL of the file itself. One of our own
 * errors (a refused definition, a failed host call) keeps its code; what can't be parsed or linked
 * is `workflow.syntax`; the rest is `workflow.load_failed`.
 */
export function toLoadError(thrown: unknown, scope: Scope, url: string): SlothError {
  const stack = stackOf(thrown);
  if (isSlothError(thrown)) return withSource(thrown, stack, scope) as SlothError;
  const problem = problemOf(thrown, url);
  if (problem !== undefined) {
    const { url: where, reason, ...place } = problem;
    const source = sourceAt({ path: pathOf(where), ...place }, scope.shownName);
    return new SlothError('workflow.syntax', { reason }, { cause: thrown, source });
  }
  const source = importSource(thrown, scope) ?? sourceIn(stack, scope.shownName);
  return new SlothError(
    'workflow.load_failed',
    { reason: reasonOf(thrown) },
    { cause: thrown, ...(source === undefined ? {} : { source }) },
  );
}

/**
 * Where a file can't be parsed. A `SyntaxError` may come from code that ran (`JSON.parse`), too:
 * then its stack goes through a workflow's file and says nothing about that file's syntax.
 */
function problemOf(thrown: unknown, url: string): SyntaxProblem | undefined {
  if (!(thrown instanceof SyntaxError)) return undefined;
  if ('slothSyntax' in thrown) return thrown.slothSyntax as SyntaxProblem;
  const headed = headedProblem(thrown);
  if (headed !== undefined) return headed;
  if (sourceIn(stackOf(thrown), (path) => path) !== undefined) return undefined;
  // The runtime doesn't say where JavaScript is wrong; the TypeScript parser does.
  const found = findSyntaxProblem(readFileSync(pathOf(url), 'utf8'), url);
  return { ...(found ?? { url, line: 1 }), reason: thrown.message };
}

/** The line of the import that leads nowhere. */
function importSource(thrown: unknown, scope: Scope): ErrorSource | undefined {
  if (!(thrown instanceof Error) || !('slothImport' in thrown)) return undefined;
  const { importer, specifier } = thrown.slothImport as UnresolvedImport;
  const path = pathOf(importer);
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const index = lines.findIndex((line) => line.includes(specifier));
  const column = (lines[index]?.indexOf(specifier) ?? 0) + 1;
  return index < 0
    ? sourceAt({ path, line: 1 }, scope.shownName)
    : sourceAt({ path, line: index + 1, column }, scope.shownName);
}
