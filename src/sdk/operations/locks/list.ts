import * as v from 'valibot';
import { recoverStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { lockStatusSchema } from '../schemas/lock.ts';
import { lockStatusOf } from './lockStatusOf.ts';

export const listLocks = operation({
  id: 'locks.list',
  summary: 'List all stacks that are locked',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({}),
  output: v.array(lockStatusSchema),
  errors: [],
  http: { method: 'GET', path: '/locks' },
  async run({ store, caller }) {
    const context = store.contextFor(caller);
    const heads = await Promise.all(
      (await context.backend.list()).map((head) => recoverStack(context, head)),
    );
    const locked = heads.filter((head) => head.lock !== null);
    return Promise.all(locked.map((head) => lockStatusOf(context, head)));
  },
});
