import { nearest } from '../../errors/nearest.ts';
import { hasCode, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import {
  endedExecutions,
  needsRecovery,
  recoverCommand,
  type Settler,
} from '../../services/executions/recovery.ts';
import { createStack } from '../../services/stacks/createStack.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { lastWritesOf } from './lastWritesOf.ts';

/**
 * The head of a stack, after settling what a dead process may have left in it: the first command
 * that looks at a stack after a crash finds the crash by itself. Rejects with `stack.not_found`.
 */
export async function openStack(context: EngineContext, name: string): Promise<Head> {
  const head = await findStack(context, name);
  if (head === undefined) {
    const names = (await context.backend.list()).map((each) => each.name);
    throw new SlothError('stack.not_found', { stack: name, near: nearest(name, names) });
  }
  return head;
}

/** As `openStack`, but a stack that isn't there is `undefined`. */
export async function findStack(context: EngineContext, name: string): Promise<Head | undefined> {
  const view = await context.backend.read({ name }, []);
  return view && recoverStack(context, view.head);
}

/** As `openStack`, but a stack that isn't there is created. */
export async function openOrCreateStack(
  context: EngineContext,
  name: string,
): Promise<{ readonly head: Head; readonly created: boolean }> {
  const found = await findStack(context, name);
  if (found !== undefined) return { head: found, created: false };
  try {
    const { actor, newId } = context;
    await createStack(context.backend, { name, description: '', actor, lineage: newId() });
  } catch (error) {
    // Another process created it in this moment: then it is there, which is all we want.
    if (!hasCode(error, 'stack.exists')) throw error;
    return { head: await openStack(context, name), created: false };
  }
  context.reach('stack.created');
  return { head: await openStack(context, name), created: true };
}

/** Why a store can be looked at and not written: then looking goes on. */
const UNWRITABLE: readonly string[] = ['backend.read_only', 'backend.disk_full', 'backend.busy'];

/** Settles what is over in a stack, as far as the settler may, and gives the head as it is then. */
export async function recoverStack(
  context: EngineContext,
  head: Head,
  settler: Settler = 'reader',
): Promise<Head> {
  const { backend, probe } = context;
  const now = await backend.now();
  if (context.readOnly || !needsRecovery(head, now, probe, settler)) return head;
  const ended = endedExecutions(head, now, probe, settler).map(({ id }) => id);
  const lastWrites = await lastWritesOf(backend, head, ended);
  const command = recoverCommand(head, probe, lastWrites, settler);
  const recovered = await context
    .writer(head.lineage)
    .submit(command)
    .catch((error: unknown) => {
      if (settler === 'reader' && isSlothError(error) && UNWRITABLE.includes(error.code))
        return null;
      throw error;
    });
  if (recovered === null) {
    context.notice(`a run on stack '${head.name}' is over, which could not be recorded`);
    return head;
  }
  const { executions, lockExpired } = recovered;
  for (const { id, status, reason } of executions) {
    context.notice(`execution ${id} of stack '${head.name}' was ${status}: ${reason}`);
  }
  if (lockExpired) context.notice(`the lock of stack '${head.name}' had expired and was freed`);
  const view = await backend.read({ lineage: head.lineage }, []);
  return view?.head ?? head;
}
