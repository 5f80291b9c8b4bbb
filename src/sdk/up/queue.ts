import { sha256 } from '../../backend/sha256.ts';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { openOrCreateStack } from '../../engine/stacks/openStack.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { QueueEntry } from '../../model/entry.ts';
import { dequeueCommand, enqueueCommand } from '../../services/deps/queueCommands.ts';
import type { KeptRequest } from './UpRequest.ts';

/** A place in line that was found. */
export interface FoundQueue {
  readonly up: string;
  readonly entry: QueueEntry;
  readonly stack: string;
}

/**
 * Puts stacks in line, so that a kill leaves what was asked for; creates those that are new. Of an `up`
 * that is gone on with, only those that are left.
 */
export async function enqueueAll(
  context: EngineContext,
  up: string,
  request: KeptRequest,
  stacks: readonly string[],
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const chunk = { hash: sha256(bytes), bytes };
  const at = await context.backend.now();
  const entry = { request: chunk.hash, at, by: context.actor, process: context.self };
  await Promise.all(
    stacks.map(async (stack) => {
      const { head } = await openOrCreateStack(context, stack);
      const command = enqueueCommand(up, entry, chunk, context.probe);
      await context.writer(head.lineage).submit(command);
    }),
  );
  context.reach('up.queued');
}

/** Takes a stack out of line. */
export async function dequeue(context: EngineContext, up: string, stack: string): Promise<void> {
  const { head } = await openOrCreateStack(context, stack);
  await context.writer(head.lineage).submit(dequeueCommand(up));
}

/** Every place in line there is. */
export async function findQueues({ backend }: EngineContext): Promise<FoundQueue[]> {
  const found: FoundQueue[] = [];
  for (const { lineage, name } of await backend.list()) {
    const view = await backend.read({ lineage }, [{ kind: 'queue' }]);
    for (const [up, entry] of view?.content.queue ?? []) found.push({ up, entry, stack: name });
  }
  return found;
}

/**
 * The newest `up` that did not end well, with what is left of it: all of its stacks that it did not run
 * to a good end. Rejects with `project.nothing_to_resume`.
 */
export async function resumableUp(
  context: EngineContext,
  file: string,
): Promise<{
  readonly up: string;
  readonly request: KeptRequest;
  readonly left: readonly string[];
}> {
  const { backend, probe, self } = context;
  const queues = await findQueues(context);
  const idle = queues.filter(({ entry: { process } }) => {
    return probe(process) !== 'alive' || process.pid === self.pid;
  });
  const [newest] = idle.sort((a, b) => b.entry.at - a.entry.at);
  const bytes = newest && (await backend.chunk(newest.entry.request));
  if (newest === undefined || bytes === undefined) {
    throw new SlothError('project.nothing_to_resume', { file });
  }
  const request = JSON.parse(new TextDecoder().decode(bytes)) as KeptRequest;
  const { up } = newest;
  const left: string[] = [];
  for (const stack of request.stacks) {
    if (!(await hasRun(context, stack, up))) left.push(stack);
  }
  return { up, request, left };
}

/** Whether an `up` ran a stack to a good end. */
async function hasRun({ backend }: EngineContext, stack: string, up: string): Promise<boolean> {
  const view = await backend.read({ name: stack }, []);
  const last = view?.head.lastExecution;
  if (last === undefined || last === null || last.status !== 'success') return false;
  const selection = [{ kind: 'execution' as const, name: last.id }];
  const found = await backend.read({ name: stack }, selection);
  return found?.content.execution.get(last.id)?.up === up;
}
