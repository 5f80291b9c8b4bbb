import { readFileSync } from 'node:fs';
import { type ErrorSource, isSlothError, SlothError } from '../../errors/SlothError.ts';
import { pathOf } from './modules/loadedUrl.ts';
import { locateSyntaxError } from './modules/locateSyntaxError.ts';
import type { UnresolvedImport } from './modules/resolveModule.ts';
import { headedProblem, type SyntaxProblem } from './modules/syntaxProblem.ts';
import type { Scope } from './Scope.ts';
import { sourceAt, sourceIn, withSource } from './sourceOf.ts';
import { reasonOf, stackOf } from './toCallError.ts';
import { meantBy, nameAt } from './unknownName.ts';

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
  if (isRefusedSyntax(thrown)) return toSyntaxError(thrown, scope, url);
  const source = importSource(thrown, scope) ?? sourceIn(stack, scope.shownName);
  return new SlothError(
    'workflow.load_failed',
    { reason: reasonOf(thrown) },
    { cause: thrown, ...(source === undefined ? {} : { source }) },
  );
}

/**
 * Whether a file could not be parsed or linked. A `SyntaxError` may come from code that ran
 * (`JSON.parse`), too: then its stack goes through a workflow's file, at its call.
 */
function isRefusedSyntax(thrown: unknown): thrown is SyntaxError {
  if (!(thrown instanceof SyntaxError)) return false;
  if ('slothSyntax' in thrown || headedProblem(thrown) !== undefined) return true;
  return sourceIn(stackOf(thrown), (path) => path) === undefined;
}

function toSyntaxError(thrown: SyntaxError, scope: Scope, url: string): SlothError {
  const known =
    'slothSyntax' in thrown ? (thrown.slothSyntax as SyntaxProblem) : headedProblem(thrown);
  const reason = known?.reason ?? thrown.message;
  const place =
    known === undefined ? locateSyntaxError(pathOf(url)) : { ...known, path: pathOf(known.url) };
  const source = place && sourceAt(place, scope.shownName);
  return new SlothError(
    'workflow.syntax',
    // A file that can be parsed and not linked imports a name that is not there.
    { reason: 'slothSyntax' in thrown ? reason : reason + meantBy(nameAt(source ?? {})) },
    { cause: thrown, ...(source === undefined ? {} : { source }) },
  );
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
