import * as v from 'valibot';
import { deleteSnapshots } from '../../../engine/snapshots/pruneSnapshots.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { count } from '../schemas/outputs.ts';
import { oneSnapshot } from '../schemas/snapshot.ts';
import { findSnapshot } from './findSnapshot.ts';

export const deleteSnapshot = operation({
  id: 'snapshots.delete',
  summary: 'Delete a snapshot; its number is not used again',
  effect: 'destroy',
  permission: 'write',
  place: 'store',
  input: v.strictObject(oneSnapshot),
  output: v.strictObject({
    stack: v.string(),
    version: v.string(),
    /** Bytes that were given back. */
    freed: count,
  }),
  errors: ['snapshot.not_found', 'snapshot.protected', 'snapshot.corrupt', 'log.compacted'],
  http: { method: 'DELETE', path: '/stacks/{stack}/snapshots/{version}' },
  async run({ store, caller }, { stack, version: name }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { version } = await findSnapshot(context, head, name);
    const { freed } = await deleteSnapshots(context, head.lineage, [version], '');
    return { stack, version, freed };
  },
});
