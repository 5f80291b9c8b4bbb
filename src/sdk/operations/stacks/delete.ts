import * as v from 'valibot';
import { ownAuthority } from '../../../engine/context/EngineContext.ts';
import { refuseInside } from '../../../engine/locks/refuseInside.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { deleteStackCommand } from '../../../services/stacks/stackCommands.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName } from '../schemas/inputs.ts';

export const deleteStack = operation({
  id: 'stacks.delete',
  summary: 'Delete a stack; its log stays in the database',
  effect: 'destroy',
  permission: 'write',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    keep_objects: v.optional(
      described(v.boolean('is true or false'), 'leave its real objects where they are'),
      false,
    ),
  }),
  output: v.strictObject({ stack: v.string(), deleted: v.literal(true) }),
  errors: [
    'execution.nested',
    'stack.busy',
    'stack.depended_on',
    'stack.has_objects',
    'stack.locked',
  ],
  http: { method: 'DELETE', path: '/stacks/{stack}' },
  async run({ store, caller }, { stack, keep_objects }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    refuseInside(context, head, 'stack');
    const dependents = (await context.backend.list({ dependsOn: stack })).map(({ name }) => name);
    const authority = ownAuthority(context, head.lineage);
    const wish = { dependents, keepObjects: keep_objects };
    const command = deleteStackCommand(wish, authority, context.probe);
    await context.writer(head.lineage).submit(command);
    return { stack, deleted: true as const };
  },
});
