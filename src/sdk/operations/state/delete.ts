import * as v from 'valibot';
import { ownAuthority } from '../../../engine/context/EngineContext.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { deleteValueCommand } from '../../../services/state/valueCommands.ts';
import { operation } from '../Operation.ts';
import { stackName, stateKey } from '../schemas/inputs.ts';
import { keyNotFound } from './keyNotFound.ts';

export const deleteState = operation({
  id: 'state.delete',
  summary: 'Delete a value of the state',
  effect: 'destroy',
  permission: 'write',
  place: 'store',
  input: v.strictObject({ stack: stackName, key: stateKey }),
  output: v.strictObject({ stack: v.string(), key: v.string(), deleted: v.literal(true) }),
  errors: ['state.key_not_found', 'stack.locked'],
  http: { method: 'DELETE', path: '/stacks/{stack}/state/{key}' },
  async run({ store, caller }, { stack, key }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { probe } = context;
    const authority = ownAuthority(context, head.lineage);
    const command = deleteValueCommand('value', key, { authority, probe });
    const wasThere = await context.writer(head.lineage).submit(command);
    if (!wasThere) throw await keyNotFound(context, head, key);
    return { stack, key, deleted: true as const };
  },
});
