import { readFileSync } from 'node:fs';
import { type ErrorSource, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { SourcePosition } from '../../model/workflow.ts';
import { LOADED_URL, pathOf } from './modules/loadedUrl.ts';
import type { Scope } from './Scope.ts';

/** `file:///x/deploy.sloth.ts?sloth-load=1.1:12:5` anywhere in a stack. */
const FRAME = new RegExp(`(${LOADED_URL.source}):(\\d+)(?::(\\d+))?`);

/** The stack of whoever called, to be looked at only where an error needs it. */
export function captureStack(): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, captureStack);
  return holder.stack ?? '';
}

/** The innermost place in a workflow's own files that a stack goes through. */
export function positionIn(
  stack: string,
  shownName: (path: string) => string,
): SourcePosition | undefined {
  const place = placeIn(stack);
  if (place === undefined) return undefined;
  const { path, line, column } = place;
  return { file: shownName(path), line, ...(column === undefined ? {} : { column }) };
}

/** Like `positionIn`, with the text of that line. */
export function sourceIn(
  stack: string,
  shownName: (path: string) => string,
): ErrorSource | undefined {
  const place = placeIn(stack);
  return place && sourceAt(place, shownName);
}

/** A place in a file by its absolute path; line and column count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

/** A place as errors show it: the file's shown name, and the text of the line where it is readable. */
export function sourceAt(
  { path, line, column }: Place,
  shownName: (path: string) => string,
): ErrorSource {
  const text = lineOf(path, line);
  return {
    file: shownName(path),
    line,
    ...(column === undefined ? {} : { column }),
    ...(text === undefined ? {} : { text }),
  };
}

/** One of our errors with a source added from a stack, unless it has one; anything else unchanged. */
export function withSource(thrown: unknown, stack: string, scope: Scope): unknown {
  if (!isSlothError(thrown) || thrown.source !== undefined) return thrown;
  const source = sourceIn(stack, scope.shownName);
  if (source === undefined) return thrown;
  return new SlothError(thrown.code, thrown.details, { cause: thrown, source });
}

function placeIn(stack: string): Place | undefined {
  const match = FRAME.exec(stack);
  if (match === null) return undefined;
  const [, url = '', line, column] = match;
  return {
    path: pathOf(url),
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    // The file may be gone by now; the error it is wanted for still has its line number.
    return undefined;
  }
}
