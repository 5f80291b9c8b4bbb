import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { eventSchema } from '../schemas/event.ts';
import { limit, stackName } from '../schemas/inputs.ts';
import { shownEvent } from '../shown/event.ts';

export const showEvents = operation({
  id: 'events.show',
  summary: 'Show the events of one commit with all their data',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    serial: described(limit, 'serial of the commit, as 12 or #12'),
  }),
  output: v.array(eventSchema),
  errors: ['events.none_at'],
  http: { method: 'GET', path: '/stacks/{stack}/events/{serial}' },
  async run({ store, caller }, { stack, serial }) {
    const context = store.contextFor(caller);
    const { lineage } = await openStack(context, stack);
    const { events } = await context.backend.events({ lineage });
    const found = events.filter((each) => each.serial === serial);
    if (found.length > 0) return found.map(shownEvent);
    throw new SlothError('events.none_at', { stack, serial: String(serial) });
  },
});
