import * as v from 'valibot';
import { releaseLock as release } from '../../../engine/locks/manualLock.ts';
import { actingFor } from '../actingFor.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, word } from '../schemas/inputs.ts';
import { lockSchema } from '../schemas/lock.ts';
import { shownLock } from '../shown/lock.ts';

export const releaseLock = operation({
  id: 'locks.release',
  summary: 'Give a lock back',
  effect: 'write',
  permission: 'lock',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    unlocked_by: v.optional(described(word, 'who is releasing the lock', 'WHO')),
  }),
  output: v.strictObject({ stack: v.string(), released: lockSchema }),
  errors: ['lock.not_held', 'lock.not_holder', 'stack.busy'],
  http: { method: 'DELETE', path: '/stacks/{stack}/lock' },
  async run({ store, caller }, { stack, unlocked_by }) {
    const by = unlocked_by === undefined ? undefined : actingFor(caller, unlocked_by, stack);
    const released = await release(store.contextFor(caller), stack, by);
    return { stack, released: shownLock(released) };
  },
});
