import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { valueSchema } from '../schemas/value.ts';

export const listState = operation({
  id: 'state.list',
  summary: 'List the values that workflows keep in a stack',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName }),
  output: v.strictObject({ stack: v.string(), values: v.array(valueSchema) }),
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/state' },
  async run({ store, caller }, { stack }) {
    const context = store.contextFor(caller);
    const { lineage } = await openStack(context, stack);
    const view = await context.backend.read({ lineage }, [{ kind: 'value' }]);
    const values = [...(view?.content.value ?? [])].map(([key, stored]) =>
      stored.sensitive === true
        ? { key, sensitive: true }
        : { key, sensitive: false, value: stored.value },
    );
    return { stack, values };
  },
});
