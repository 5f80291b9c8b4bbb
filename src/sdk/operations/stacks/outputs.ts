import * as v from 'valibot';
import { mustMay } from '../mustMay.ts';
import { operation } from '../Operation.ts';
import { point, stackName } from '../schemas/inputs.ts';
import { showSensitive, valueSchema } from '../schemas/value.ts';
import { readOutputs } from './readOutputs.ts';

export const stackOutputs = operation({
  id: 'stacks.outputs',
  summary: 'Show what a stack published',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    show_sensitive: showSensitive,
    at: v.optional(point),
  }),
  output: v.strictObject({ stack: v.string(), outputs: v.array(valueSchema) }),
  errors: [
    'log.compacted',
    'secret.no_key',
    'secret.other_key',
    'secret.wrong_key',
    'snapshot.corrupt',
    'snapshot.not_found',
  ],
  http: { method: 'GET', path: '/stacks/{stack}/outputs' },
  async run({ store, caller }, { stack, show_sensitive, at }) {
    if (show_sensitive) mustMay(caller, 'reveal', stack);
    const wish = { stack, showSensitive: show_sensitive, at };
    return { stack, outputs: await readOutputs(store.contextFor(caller), wish) };
  },
});
