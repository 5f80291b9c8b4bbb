import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { eventSchema } from '../schemas/event.ts';
import { shownEvent } from '../shown/event.ts';
import { eventFilter, queryOf } from './query.ts';

/** How often a follower looks for new events, in milliseconds. */
const POLL = 200;

export const followEvents = operation({
  id: 'events.follow',
  summary: 'Tell the event trail as it is, and then what comes, until nobody listens any more',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: eventFilter,
  /** Handed in as `after`, it goes on where this ended. */
  output: v.strictObject({ cursor: v.string() }),
  progress: eventSchema,
  errors: [],
  http: { method: 'GET', path: '/events/follow' },
  async run({ store, caller, signal, emit }, filter) {
    const context = store.contextFor(caller);
    const { limit, ...query } = await queryOf(context, filter);
    let page = await context.backend.events({
      ...query,
      ...(limit === undefined ? {} : { limit }),
    });
    for (;;) {
      for (const event of page.events) emit(shownEvent(event));
      // The signal is how following ends; anything else is a failure.
      await context.sleep(POLL, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (signal.aborted) return { cursor: page.cursor };
      page = await context.backend.events({ ...query, after: page.cursor });
    }
  },
});
