import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { staleUseSchema } from '../schemas/stack.ts';

export const listStale = operation({
  id: 'stacks.stale',
  summary: 'List the outputs that stacks have read and that are others now',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({}),
  output: v.array(staleUseSchema),
  errors: [],
  http: { method: 'GET', path: '/stale_outputs' },
  async run({ store, caller }) {
    return [...(await store.contextFor(caller).backend.staleUses())];
  },
});
