import type { Command } from './Command.ts';

/**
 * Two commands as one commit, for changes that must not be seen without each other. Both decide on
 * the same situation, so they must not touch the same entries; the result is the second one's.
 */
export function mergeCommands<R>(first: Command<unknown>, second: Command<R>): Command<R> {
  return {
    operation: second.operation,
    execution: second.execution ?? first.execution ?? null,
    needs: [...(first.needs ?? []), ...(second.needs ?? [])],
    decide: (situation) => {
      const one = first.decide(situation);
      const two = second.decide(situation);
      return {
        result: two.result,
        fence: two.fence ?? one.fence ?? null,
        changes: [...one.changes, ...two.changes],
        events: [...one.events, ...two.events],
        chunks: [...(one.chunks ?? []), ...(two.chunks ?? [])],
      };
    },
  };
}
