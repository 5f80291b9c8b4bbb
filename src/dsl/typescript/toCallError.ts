import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { Scope } from './Scope.ts';
import { sourceIn, withSource } from './sourceOf.ts';
import { meantBy } from './unknownName.ts';

/**
 * What workflow code threw, as an error of ours that points at the line: one of the host's keeps
 * its code, anything else is `task.code_failed`.
 */
export function toCallError(thrown: unknown, scope: Scope): SlothError {
  const stack = stackOf(thrown);
  if (isSlothError(thrown)) return withSource(thrown, stack, scope) as SlothError;
  const source = sourceIn(stack, scope.shownName);
  return new SlothError(
    'task.code_failed',
    { reason: reasonOf(thrown) },
    { cause: thrown, ...(source === undefined ? {} : { source }) },
  );
}

/** What a thrown value says; anything may be thrown, also no error at all. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? thrown : shown(thrown);
  const isPlain = thrown.name === 'Error' || thrown.name === 'SlothError';
  return isPlain ? thrown.message : `${thrown.name}: ${thrown.message}${hintOf(thrown)}`;
}

/** What may have been meant by a name that nothing is defined as; empty for any other failure. */
function hintOf(thrown: unknown): string {
  // The runtime tells the name in its message alone: its place may be that of the whole statement.
  const [name = ''] = thrown instanceof ReferenceError ? thrown.message.split(' ') : [];
  return name === '' ? '' : meantBy(name);
}

/** The stack of a thrown value; empty where it has none. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? '') : '';
}

function shown(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    // A cycle or a big integer: then its kind has to do.
    return `a thrown ${typeof thrown}`;
  }
}
