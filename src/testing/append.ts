import type { StateBackend } from '../backend/StateBackend.ts';
import type { Commit } from '../model/commit.ts';
import { event } from '../model/event.ts';
import { nextCommit } from './commitFactory.ts';

/** Appends commits of one lineage. */
export function append(
  backend: StateBackend,
  commits: readonly Commit[],
): ReturnType<StateBackend['append']> {
  return backend.append({ lineage: commits[0]?.lineage ?? '', commits });
}

/** The commit that creates a stack. */
export function created(lineage: string, name: string): Commit {
  return nextCommit(lineage, undefined, {
    changes: [{ type: 'stack.put', name }],
    events: [event('stack.created', 'stack', `stack '${name}' created`)],
  });
}
