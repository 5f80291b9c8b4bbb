import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { oneSnapshot, snapshotOfStack, someTags } from '../schemas/snapshot.ts';
import { relabel } from './relabel.ts';

export const untagSnapshot = operation({
  id: 'snapshots.untag',
  summary: 'Take tags off a snapshot',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ ...oneSnapshot, tags: someTags }),
  output: snapshotOfStack,
  errors: ['snapshot.not_found'],
  http: { method: 'DELETE', path: '/stacks/{stack}/snapshots/{version}/tags' },
  async run(call, input) {
    return relabel(
      call,
      input,
      (each) => ({ ...each, tags: each.tags.filter((tag) => !input.tags.includes(tag)) }),
      `no longer tagged ${input.tags.join(', ')}`,
    );
  },
});
