import type { StateBackend } from '../../backend/StateBackend.ts';
import { sealCommit } from '../../backend/sealCommit.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { event } from '../../model/event.ts';
import { assertStackName } from './assertStackName.ts';

/** A stack that is to be. */
export interface NewStack {
  readonly name: string;
  readonly description: string;
  readonly actor: string;
  /** A new identity: random, never used before. */
  readonly lineage: string;
}

/**
 * Starts a log. The name is claimed in the same append, so that of two creators one succeeds and
 * the other is told `stack.exists`.
 */
export async function createStack(backend: StateBackend, stack: NewStack): Promise<void> {
  assertStackName(stack.name);
  const { name, description, lineage, actor } = stack;
  const commit = sealCommit('', {
    format: 1,
    lineage,
    serial: 1,
    at: await backend.now(),
    actor,
    operation: 'stack.create',
    execution: null,
    fence: null,
    changes: [{ type: 'stack.put', name, description, status: 'created' }],
    events: [event('stack.created', 'stack', `stack '${name}' created by ${actor}`, { name })],
  });
  const outcome = await backend.append({ lineage, commits: [commit] });
  if (outcome.status !== 'appended') throw new SlothError('stack.exists', { stack: name });
}
