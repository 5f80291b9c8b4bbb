import * as v from 'valibot';
import { previewRestore } from '../../../engine/snapshots/restoreSnapshot.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { comparisonSchema, pointErrors } from '../schemas/snapshot.ts';
import { shownComparison } from '../shown/snapshot.ts';
import { restoreInput, scopeOf } from './restoreInput.ts';

export const previewSnapshotRestore = operation({
  id: 'snapshots.preview_restore',
  summary: 'Say what a restore would change, and do to the real objects',
  effect: 'read',
  permission: 'read',
  place: 'machine',
  input: restoreInput,
  output: v.strictObject({
    stack: v.string(),
    /** As it is told: `v37`, `#417`. */
    point: v.string(),
    comparison: comparisonSchema,
    /** What bringing the real objects back would do to each. */
    objects: v.array(
      v.strictObject({
        resource: v.string(),
        action: v.picklist([
          'delete',
          'put_back',
          'release',
          'keep',
          'create',
          'update',
          'replace',
          'unreadable',
        ]),
        reason: v.string(),
      }),
    ),
  }),
  errors: [...pointErrors, 'resource.not_found', 'secret.wrong_key', 'secret.no_key'],
  http: { method: 'GET', path: '/stacks/{stack}/snapshots/{version}/restore' },
  async run({ store, caller, signal }, input) {
    const { stack, version, apply } = input;
    const context = store.contextFor(caller);
    const machine = context.providers.machine({ workdir: store.cwd, env: store.env, signal });
    const request = { apply, machine, ...scopeOf(input) };
    const head = await openStack(context, stack);
    const { point, comparison, objects } = await previewRestore(context, head, version, request);
    const shown = shownComparison(comparison);
    return { stack, point: point.label, comparison: shown, objects: [...objects] };
  },
});
