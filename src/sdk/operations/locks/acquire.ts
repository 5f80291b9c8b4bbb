import * as v from 'valibot';
import { acquireManualLock } from '../../../engine/locks/manualLock.ts';
import { actingFor } from '../actingFor.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { duration, stackName, text, word } from '../schemas/inputs.ts';
import { lockSchema } from '../schemas/lock.ts';
import { count } from '../schemas/outputs.ts';
import { shownLock } from '../shown/lock.ts';

export const acquireLock = operation({
  id: 'locks.acquire',
  summary: 'Lock a stack, so that nobody else changes it or runs against it',
  details:
    'The lock is remembered for this user on this machine: the commands that follow work under it.\n' +
    'Elsewhere, carry its id in SLOTH_RUNNER_LOCK_ID (see --json). A new stack is created.',
  effect: 'write',
  permission: 'lock',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    reason: v.optional(described(text, "why you're acquiring the lock"), ''),
    locked_by: v.optional(described(word, 'who or what is locking (default: user@host)', 'WHO')),
    operation: v.optional(described(text, 'operation being performed', 'NAME'), ''),
    wait: v.optional(described(duration, 'stand in line for so long, as 5m', 'TIME'), 0),
    ttl: v.optional(described(duration, 'how long it lasts (default: lock_timeout)', 'TIME')),
  }),
  output: v.strictObject({
    stack: v.string(),
    stack_created: v.boolean(),
    /** Whether its caller held it before. */
    renewed: v.boolean(),
    lock: lockSchema,
  }),
  progress: v.strictObject({
    type: v.literal('lock.queued'),
    stack: v.string(),
    /** From 1. */
    position: count,
    holder: v.nullable(lockSchema),
  }),
  errors: ['stack.locked', 'stack.busy', 'lock.queued', 'lock.wait_timeout'],
  http: { method: 'POST', path: '/stacks/{stack}/lock' },
  async run({ store, caller, signal, emit }, input) {
    const { stack, reason, locked_by, ttl, wait } = input;
    const wish = {
      lockedBy: actingFor(caller, locked_by, stack),
      operation: input.operation,
      reason,
      ttl: ttl ?? store.lockTimeout,
      id: caller.handedOn(stack),
    };
    const acquired = await acquireManualLock(store.contextFor(caller), stack, wish, {
      wait,
      signal,
      onQueued: (position, holder) =>
        emit({
          type: 'lock.queued',
          stack,
          position,
          holder: holder === null ? null : shownLock(holder),
        }),
    });
    const { lock, stackCreated, renewed } = acquired;
    return { stack, stack_created: stackCreated, renewed, lock: shownLock(lock) };
  },
});
