import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { eventSchema } from '../schemas/event.ts';
import { shownEvent } from '../shown/event.ts';
import { eventFilter, queryOf } from './query.ts';

export const listEvents = operation({
  id: 'events.list',
  summary: 'List the event trail of all stacks, or of one',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: eventFilter,
  output: v.strictObject({
    /** Oldest first. */
    events: v.array(eventSchema),
    /** Handed in as `after`, it gives what came later. */
    cursor: v.string(),
  }),
  errors: [],
  http: { method: 'GET', path: '/events' },
  async run({ store, caller }, filter) {
    const context = store.contextFor(caller);
    const { events, cursor } = await context.backend.events(await queryOf(context, filter));
    return { events: events.map(shownEvent), cursor };
  },
});
