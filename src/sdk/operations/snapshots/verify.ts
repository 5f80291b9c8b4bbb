import * as v from 'valibot';
import { verifySnapshots as verify } from '../../../engine/snapshots/verifySnapshots.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName } from '../schemas/inputs.ts';
import { count } from '../schemas/outputs.ts';
import { snapshotVersion } from '../schemas/snapshot.ts';
import { findSnapshot } from './findSnapshot.ts';

export const verifySnapshots = operation({
  id: 'snapshots.verify',
  summary: 'Recompute every hash of a snapshot, or of all, and read what they hold',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    version: v.optional(snapshotVersion),
    all: v.optional(
      described(v.boolean('is true or false'), 'all snapshots; the default without a version'),
      false,
    ),
  }),
  output: v.strictObject({
    stack: v.string(),
    /** The newest first. */
    snapshots: v.array(
      v.strictObject({
        version: v.string(),
        whole: v.boolean(),
        /** How many of its chunks were recomputed. */
        chunks: count,
        /** Why it is not whole; empty where it is. */
        reason: v.string(),
        /** Resources that the broken part holds, as far as others tell. */
        resources: v.array(v.string()),
      }),
    ),
  }),
  errors: ['snapshot.not_found', 'log.compacted'],
  http: { method: 'GET', path: '/stacks/{stack}/snapshot_verdicts' },
  async run({ store, caller }, { stack, version, all }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const isAll = all || version === undefined;
    const versions = isAll ? null : [(await findSnapshot(context, head, version)).version];
    const verdicts = await verify(context, head, versions);
    const snapshots = verdicts.map((each) => ({ ...each, resources: [...each.resources] }));
    return { stack, snapshots };
  },
});
