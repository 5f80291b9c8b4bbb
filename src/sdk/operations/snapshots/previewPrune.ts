import * as v from 'valibot';
import { pruneSnapshots } from '../../../engine/snapshots/pruneSnapshots.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';

export const previewPrune = operation({
  id: 'snapshots.preview_prune',
  summary: 'Say which snapshots no rule of the configuration keeps',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName }),
  output: v.strictObject({
    stack: v.string(),
    /** Oldest first. */
    versions: v.array(v.string()),
  }),
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/prune' },
  async run({ store, caller }, { stack }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { versions } = await pruneSnapshots(context, head, store.retention, { dryRun: true });
    return { stack, versions: [...versions] };
  },
});
