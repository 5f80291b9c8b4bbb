import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { lockStatusSchema } from '../schemas/lock.ts';
import { lockStatusOf } from './lockStatusOf.ts';

export const lockStatus = operation({
  id: 'locks.status',
  summary: 'Show who holds the lock of a stack, since when and why',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName }),
  output: lockStatusSchema,
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/lock' },
  async run({ store, caller }, { stack }) {
    const context = store.contextFor(caller);
    return lockStatusOf(context, await openStack(context, stack));
  },
});
