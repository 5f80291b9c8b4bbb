import * as v from 'valibot';
import { openValue, sealContext } from '../../../engine/secrets/sealValue.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { mustMay } from '../mustMay.ts';
import { operation } from '../Operation.ts';
import { stackName, stateKey } from '../schemas/inputs.ts';
import { showSensitive, valueSchema } from '../schemas/value.ts';
import { keyNotFound } from './keyNotFound.ts';

export const getState = operation({
  id: 'state.get',
  summary: 'Show one value of the state',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName, key: stateKey, show_sensitive: showSensitive }),
  output: v.strictObject({ stack: v.string(), ...valueSchema.entries }),
  errors: ['state.key_not_found', 'secret.wrong_key', 'secret.other_key', 'secret.no_key'],
  http: { method: 'GET', path: '/stacks/{stack}/state/{key}' },
  async run({ store, caller }, { stack, key, show_sensitive }) {
    if (show_sensitive) mustMay(caller, 'reveal', stack);
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { lineage } = head;
    const view = await context.backend.read({ lineage }, [{ kind: 'value', name: key }]);
    const stored = view?.content.value.get(key);
    if (stored === undefined) throw await keyNotFound(context, head, key);
    const sensitive = stored.sensitive === true;
    if (sensitive && !show_sensitive) return { stack, key, sensitive };
    const place = sealContext(lineage, 'value', key);
    return { stack, key, sensitive, value: await openValue(context.sealer, stored, place) };
  },
});
