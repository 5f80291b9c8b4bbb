import * as v from 'valibot';
import { ownAuthority } from '../../../engine/context/EngineContext.ts';
import { sealContext, sealValue } from '../../../engine/secrets/sealValue.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { setValueCommand } from '../../../services/state/valueCommands.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, stateKey } from '../schemas/inputs.ts';
import { json } from '../schemas/json.ts';

export const setState = operation({
  id: 'state.set',
  summary: 'Set a value of the state',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    key: stateKey,
    value: described(json, 'the value'),
    sensitive: v.optional(
      described(v.boolean('is true or false'), 'store it encrypted and never show it'),
      false,
    ),
  }),
  output: v.strictObject({ stack: v.string(), key: v.string(), set: v.literal(true) }),
  errors: ['state.bad_key', 'stack.locked', 'secret.other_key', 'secret.no_key'],
  http: { method: 'PUT', path: '/stacks/{stack}/state/{key}' },
  async run({ store, caller }, { stack, key, value, sensitive }) {
    const context = store.contextFor(caller);
    const { lineage } = await openStack(context, stack);
    const place = sealContext(lineage, 'value', key);
    const stored = await sealValue(context.sealer, value, sensitive, place);
    const { probe } = context;
    const command = setValueCommand('value', key, stored, {
      authority: ownAuthority(context, lineage),
      probe,
    });
    await context.writer(lineage).submit(command);
    return { stack, key, set: true as const };
  },
});
