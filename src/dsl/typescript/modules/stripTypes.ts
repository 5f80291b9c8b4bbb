import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { NotText, strictText } from '../../../model/bytes.ts';
import { pathOf } from './loadedUrl.ts';
import { syntaxProblem } from './syntaxProblem.ts';

/**
 * A TypeScript file as JavaScript; types become blanks, so that every position stays. Throws as
 * `stripTypes` does, also for bytes that are no text.
 */
export function stripFile(url: string): string {
  const bytes = readFileSync(pathOf(url));
  try {
    return stripTypes(strictText(bytes), url);
  } catch (cause) {
    if (!(cause instanceof NotText)) throw cause;
    const { line, message: reason } = cause;
    throw Object.assign(new SyntaxError(reason, { cause }), { slothSyntax: { url, line, reason } });
  }
}

/**
 * Blanks the types of a TypeScript text.
 *
 * Throws a `SyntaxError` with a `slothSyntax` that says where; it is plain data, because the error
 * may come from another thread.
 */
export function stripTypes(text: string, url: string): string {
  try {
    return quietly(() => stripTypeScriptTypes(text, { mode: 'strip', sourceUrl: url }));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const problem = syntaxProblem(cause, url);
    throw Object.assign(new SyntaxError(problem.reason, { cause }), { slothSyntax: problem });
  }
}

/** Node says once that stripping types is experimental; that is no business of a workflow's user. */
function quietly<T>(action: () => T): T {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (text.startsWith('stripTypeScriptTypes is an experimental feature')) return;
    (emit as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return action();
  } finally {
    process.emitWarning = emit;
  }
}
