import type { Decision, Situation } from '../../backend/Command.ts';

/** Steps out of the line for a lock; harmless for someone who isn't in it. */
export function decideLeaveQueue(situation: Situation, id: string): Decision<void> {
  const waiting = situation.head.waiters.some((each) => each.id === id);
  return {
    result: undefined,
    changes: waiting ? [{ type: 'waiter.delete', id }] : [],
    events: [],
  };
}
