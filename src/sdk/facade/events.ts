import type { EventQuery } from '../../backend/StateBackend.ts';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import type { Runner, StackEventQuery } from '../Runner.ts';

/** How often a follower looks for new events, in milliseconds. */
const POLL = 200;

/** The façade's operations on the event trail. */
export function createEventsFacade(context: EngineContext): Runner['events'] {
  async function toQuery({ stack, ...query }: StackEventQuery): Promise<EventQuery> {
    if (stack === undefined) return query;
    return { ...query, lineage: (await openStack(context, stack)).lineage };
  }

  return {
    async list(query = {}) {
      return (await context.backend.events(await toQuery(query))).events;
    },
    async *follow(query, signal) {
      let next = await toQuery(query);
      while (!signal.aborted) {
        const page = await context.backend.events(next);
        yield* page.events;
        const { limit: _, ...rest } = next;
        next = { ...rest, after: page.cursor };
        try {
          await context.sleep(POLL, signal);
        } catch (error) {
          // The signal is how following ends; anything else is a failure.
          if (!signal.aborted) throw error;
        }
      }
    },
  };
}
