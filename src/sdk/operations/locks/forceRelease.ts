import * as v from 'valibot';
import { forceReleaseLock as forceRelease } from '../../../engine/locks/manualLock.ts';
import { actingFor } from '../actingFor.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, text, word } from '../schemas/inputs.ts';
import { lockSchema } from '../schemas/lock.ts';
import { shownLock } from '../shown/lock.ts';

export const forceReleaseLock = operation({
  id: 'locks.force_release',
  summary: 'Break a lock whoever holds it; only for emergencies',
  details:
    'An execution that still runs under it is marked interrupted, and can write nothing more.',
  effect: 'destroy',
  permission: 'break_lock',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    reason: v.optional(described(text, 'why it has to be broken; kept in the event trail'), ''),
    unlocked_by: v.optional(described(word, 'who is breaking it', 'WHO')),
  }),
  output: v.strictObject({ stack: v.string(), broken: lockSchema }),
  errors: ['lock.not_held'],
  http: { method: 'POST', path: '/stacks/{stack}/lock/break' },
  async run({ store, caller }, { stack, reason, unlocked_by }) {
    const by = actingFor(caller, unlocked_by, stack);
    const broken = await forceRelease(store.contextFor(caller), stack, { by, reason });
    return { stack, broken: shownLock(broken) };
  },
});
