import * as v from 'valibot';
import { restoreSnapshot as restore } from '../../../engine/snapshots/restoreSnapshot.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { count, time } from '../schemas/outputs.ts';
import { pointErrors } from '../schemas/snapshot.ts';
import { timeOf } from '../shown/timeOf.ts';
import { restoreInput, scopeOf } from './restoreInput.ts';

export const restoreSnapshot = operation({
  id: 'snapshots.restore',
  summary: 'Set the content of an earlier time again, after a snapshot of what is there',
  details:
    'A new commit: history is not rewritten, and the restore can itself be undone. Real objects are\n' +
    'only brought back where that is asked for; without it, drift detection tells what they are now.',
  effect: 'destroy',
  permission: 'run',
  place: 'machine',
  input: restoreInput,
  output: v.strictObject({
    stack: v.string(),
    /** As it is told: `v37`, `#417`. */
    point: v.string(),
    restored_at: time,
    /** The snapshot of what was there before; by it the restore is undone. */
    undo: v.string(),
    /** How many entries were set back. */
    changed: count,
    /** Objects that could not be brought back. */
    failed: v.array(v.strictObject({ resource: v.string(), reason: v.string() })),
  }),
  errors: [
    ...pointErrors,
    'resource.not_found',
    'secret.wrong_key',
    'secret.no_key',
    'stack.locked',
    'stack.busy',
    'lock.lost',
    'execution.nested',
    'backend.contended',
  ],
  http: { method: 'POST', path: '/stacks/{stack}/snapshots/{version}/restore' },
  async run({ store, caller, signal }, input) {
    const { stack, version, apply } = input;
    const context = store.contextFor(caller);
    const machine = context.providers.machine({ workdir: store.cwd, env: store.env, signal });
    const request = { point: version, apply, machine, ...scopeOf(input) };
    const restored = await restore(context, await openStack(context, stack), request);
    const { point, undo, changed, failed } = restored;
    const restored_at = timeOf(await context.backend.now());
    return { stack, point: point.label, restored_at, undo, changed, failed: [...failed] };
  },
});
