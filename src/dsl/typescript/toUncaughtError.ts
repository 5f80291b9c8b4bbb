import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import { currentScope } from './Scope.ts';
import { sourceIn } from './sourceOf.ts';
import { reasonOf, stackOf } from './toCallError.ts';

/** An error that no code of a workflow caught, with the line that it comes from. */
export function toUncaughtError(thrown: unknown): SlothError {
  const shownName = currentScope()?.shownName ?? ((path: string) => path);
  const source = sourceIn(stackOf(thrown), shownName);
  const reason = isSlothError(thrown) ? thrown.message : reasonOf(thrown);
  const place = source === undefined ? {} : { source };
  return new SlothError('task.uncaught', { reason }, { cause: thrown, ...place });
}
