import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { oneSnapshot, snapshotOfStack } from '../schemas/snapshot.ts';
import { relabel } from './relabel.ts';

export const protectSnapshot = operation({
  id: 'snapshots.protect',
  summary: 'Protect a snapshot from being deleted and pruned',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ ...oneSnapshot }),
  output: snapshotOfStack,
  errors: ['snapshot.not_found'],
  http: { method: 'PUT', path: '/stacks/{stack}/snapshots/{version}/protection' },
  async run(call, input) {
    return relabel(call, input, (each) => ({ ...each, protected: true }), 'protected');
  },
});
