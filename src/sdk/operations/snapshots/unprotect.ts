import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { oneSnapshot, snapshotOfStack } from '../schemas/snapshot.ts';
import { relabel } from './relabel.ts';

export const unprotectSnapshot = operation({
  id: 'snapshots.unprotect',
  summary: 'Take the protection off a snapshot',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ ...oneSnapshot }),
  output: snapshotOfStack,
  errors: ['snapshot.not_found'],
  http: { method: 'DELETE', path: '/stacks/{stack}/snapshots/{version}/protection' },
  async run(call, input) {
    return relabel(call, input, (each) => ({ ...each, protected: false }), 'no longer protected');
  },
});
