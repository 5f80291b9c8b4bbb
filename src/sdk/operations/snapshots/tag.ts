import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { oneSnapshot, snapshotOfStack, someTags } from '../schemas/snapshot.ts';
import { relabel } from './relabel.ts';

export const tagSnapshot = operation({
  id: 'snapshots.tag',
  summary: 'Tag a snapshot; what somebody tagged is not pruned',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ ...oneSnapshot, tags: someTags }),
  output: snapshotOfStack,
  errors: ['snapshot.not_found'],
  http: { method: 'POST', path: '/stacks/{stack}/snapshots/{version}/tags' },
  async run(call, input) {
    return relabel(
      call,
      input,
      (each) => ({ ...each, tags: [...new Set([...each.tags, ...input.tags])] }),
      `tagged ${input.tags.join(', ')}`,
    );
  },
});
