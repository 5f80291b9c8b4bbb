import * as v from 'valibot';
import { takeSnapshot } from '../../../engine/snapshots/takeSnapshot.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { actingFor } from '../actingFor.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, text, word } from '../schemas/inputs.ts';
import { snapshotOfStack, tags } from '../schemas/snapshot.ts';
import { shownSnapshot } from '../shown/snapshot.ts';

export const createSnapshot = operation({
  id: 'snapshots.create',
  summary: 'Label the present state as a version to come back to',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    description: v.optional(described(text, 'what it is'), ''),
    creator: v.optional(described(word, 'who created it (default: user@host)', 'WHO')),
    tags: v.optional(described(tags, 'tags, separated by commas', 'A,B'), []),
  }),
  output: snapshotOfStack,
  errors: ['backend.contended'],
  http: { method: 'POST', path: '/stacks/{stack}/snapshots' },
  async run({ store, caller }, input) {
    const { stack, description } = input;
    const context = store.contextFor(caller);
    const creator = actingFor(caller, input.creator, stack);
    const { lineage } = await openStack(context, stack);
    const label = { creator, description, tags: input.tags, execution: null };
    const created = await takeSnapshot(context, lineage, { label, reuse: false });
    return { stack, ...shownSnapshot(created.version, created.snapshot) };
  },
});
