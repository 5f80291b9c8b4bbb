import * as v from 'valibot';
import { recoverStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackSchema, statuses } from '../schemas/stack.ts';
import { shownStack, staleStacks } from '../shown/stack.ts';

export const listStacks = operation({
  id: 'stacks.list',
  summary: 'List all stacks',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    status: v.optional(
      described(
        v.picklist(statuses, `is none of ${statuses.join(', ')}`),
        `only these: ${statuses.join(', ')}`,
      ),
    ),
  }),
  output: v.array(stackSchema),
  errors: [],
  http: { method: 'GET', path: '/stacks' },
  async run({ store, caller }, { status }) {
    const context = store.contextFor(caller);
    const all = await context.backend.list();
    const heads = await Promise.all(all.map((head) => recoverStack(context, head)));
    const stale = staleStacks(await context.backend.staleUses());
    return heads
      .filter((head) => status === undefined || head.status === status)
      .map((head) => shownStack(head, stale));
  },
});
