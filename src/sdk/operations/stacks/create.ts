import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { createStack as begin } from '../../../services/stacks/createStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, text } from '../schemas/inputs.ts';
import { stackSchema } from '../schemas/stack.ts';
import { shownStack, staleStacks } from '../shown/stack.ts';

export const createStack = operation({
  id: 'stacks.create',
  summary: 'Create a stack; a first run or lock does it too',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({
    stack: described(stackName, 'name of the new stack', 'STACK', []),
    description: v.optional(described(text, 'what it is for'), ''),
  }),
  output: stackSchema,
  errors: ['stack.exists'],
  http: { method: 'PUT', path: '/stacks/{stack}' },
  async run({ store, caller }, { stack, description }) {
    const context = store.contextFor(caller);
    const { backend, actor, newId } = context;
    await begin(backend, { name: stack, description, actor, lineage: newId() });
    return shownStack(await openStack(context, stack), staleStacks(await backend.staleUses()));
  },
});
