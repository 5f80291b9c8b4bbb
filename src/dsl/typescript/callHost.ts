import { SlothError } from '../../errors/SlothError.ts';
import type { TaskHost } from '../../model/host.ts';
import { followCall, type HostCall } from './HostCall.ts';
import { currentScope, type Scope } from './Scope.ts';
import { captureStack, withSource } from './sourceOf.ts';

/**
 * The scope of the running code, for a word of the DSL.
 *
 * In: the word, as `state.set`. Throws `host.not_in_task` outside a workflow, and in code whose
 * call is over: a function that was given up at its deadline may go on computing, but it must not
 * change state under the task that runs after it.
 */
export function requireScope(word: string): Scope {
  const scope = currentScope();
  if (scope === undefined || scope.ended) throw new SlothError('host.not_in_task', { name: word });
  return scope;
}

/**
 * Makes one host call for a word of the DSL.
 *
 * Out: its promise. It rejects with the host's error, its source set to the line of the workflow
 * that made the call: the host's own stack would only point into this program.
 */
export function callHost<T>(word: string, action: (host: TaskHost) => T | Promise<T>): Promise<T> {
  const stack = captureStack();
  const scope = currentScope();
  if (scope === undefined || scope.ended) {
    return Promise.reject(new SlothError('host.not_in_task', { name: word }));
  }
  const call = followCall(perform(action, scope, stack));
  void account(call, scope);
  return call.promise;
}

/** Keeps a call among those under way; only failures are kept for longer. */
async function account(call: HostCall, { pending, failed }: Scope): Promise<void> {
  pending.add(call);
  await call.settled;
  pending.delete(call);
  if (call.unseen() !== undefined) failed.push(call);
}

async function perform<T>(
  action: (host: TaskHost) => T | Promise<T>,
  scope: Scope,
  stack: string,
): Promise<T> {
  try {
    return await action(scope.host);
  } catch (thrown) {
    throw withSource(thrown, stack, scope);
  }
}
