import * as v from 'valibot';
import { ownAuthority } from '../../../engine/context/EngineContext.ts';
import { refuseInside } from '../../../engine/locks/refuseInside.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { renameCommand } from '../../../services/stacks/stackCommands.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName } from '../schemas/inputs.ts';
import { stackSchema } from '../schemas/stack.ts';
import { shownStack, staleStacks } from '../shown/stack.ts';

export const renameStack = operation({
  id: 'stacks.rename',
  summary: 'Give a stack another name; its history stays',
  effect: 'write',
  permission: 'write',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    new_name: described(stackName, 'the name it gets', 'NEW-NAME', []),
  }),
  output: stackSchema,
  errors: ['execution.nested', 'stack.busy', 'stack.exists', 'stack.locked'],
  http: { method: 'POST', path: '/stacks/{stack}/rename' },
  async run({ store, caller }, { stack, new_name }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    refuseInside(context, head, 'stack');
    const authority = ownAuthority(context, head.lineage);
    const command = renameCommand(new_name, authority, context.probe);
    await context.writer(head.lineage).submit(command);
    const renamed = await openStack(context, new_name);
    return shownStack(renamed, staleStacks(await context.backend.staleUses()));
  },
});
