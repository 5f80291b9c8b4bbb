import type { SourcePosition } from '../../model/workflow.ts';
import { currentScope } from './Scope.ts';
import { captureStack, positionIn } from './sourceOf.ts';

/**
 * Where in a workflow's files the definition stands that is being made. A definition made in a
 * package that the workflow imports, or without any load under way (a unit test of a workflow
 * file), has no such place; then the file is empty and the line 1.
 */
export function definedAt(): SourcePosition {
  const shownName = currentScope()?.shownName ?? ((path: string): string => path);
  return positionIn(captureStack(), shownName) ?? { file: shownName(''), line: 1 };
}
