import * as v from 'valibot';
import { pruneSnapshots as prune } from '../../../engine/snapshots/pruneSnapshots.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { count } from '../schemas/outputs.ts';

export const pruneSnapshots = operation({
  id: 'snapshots.prune',
  summary: 'Delete the automatic snapshots that no rule of the configuration keeps',
  effect: 'destroy',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ stack: stackName }),
  output: v.strictObject({
    stack: v.string(),
    /** Oldest first. */
    versions: v.array(v.string()),
    /** Bytes that were given back. */
    freed: count,
  }),
  errors: ['snapshot.corrupt', 'snapshot.not_found', 'snapshot.protected'],
  http: { method: 'POST', path: '/stacks/{stack}/prune' },
  async run({ store, caller }, { stack }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const pruned = await prune(context, head, store.retention, { dryRun: false });
    return { stack, versions: [...pruned.versions], freed: pruned.freed };
  },
});
