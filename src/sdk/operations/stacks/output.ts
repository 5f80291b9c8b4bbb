import * as v from 'valibot';
import { nearest } from '../../../errors/nearest.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { mustMay } from '../mustMay.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, word } from '../schemas/inputs.ts';
import { valueSchema } from '../schemas/value.ts';
import { stackOutputs } from './outputs.ts';
import { readOutputs } from './readOutputs.ts';

export const stackOutput = operation({
  id: 'stacks.output',
  summary: 'Show one of the outputs of a stack alone',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    ...stackOutputs.input.entries,
    stack: stackName,
    key: described(word, 'name of the output', 'KEY'),
  }),
  output: v.strictObject({ stack: v.string(), ...valueSchema.entries }),
  errors: ['output.not_found', ...stackOutputs.errors],
  http: { method: 'GET', path: '/stacks/{stack}/outputs/{key}' },
  async run({ store, caller }, { stack, key, show_sensitive, at }) {
    if (show_sensitive) mustMay(caller, 'reveal', stack);
    const wish = { stack, showSensitive: show_sensitive, at };
    const all = await readOutputs(store.contextFor(caller), wish);
    const found = all.find((each) => each.key === key);
    if (found !== undefined) return { stack, ...found };
    const keys = all.map((each) => each.key);
    throw new SlothError('output.not_found', { stack, key, near: nearest(key, keys) });
  },
});
