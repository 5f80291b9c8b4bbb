import * as v from 'valibot';
import { restorePreImage } from '../../../engine/objects/resourceHistory.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { imageId, resourceAddress } from '../schemas/resource.ts';

export const restoreResource = operation({
  id: 'resources.restore',
  summary: 'Put the object of a resource back as it was before a change',
  details:
    'What it is now is kept first. The stack still declares what it declared: the next look finds drift.',
  effect: 'destroy',
  permission: 'run',
  place: 'machine',
  input: v.strictObject({ stack: stackName, resource: resourceAddress, from: imageId }),
  output: v.strictObject({ stack: v.string(), resource: v.string(), from: v.string() }),
  errors: [
    'resource.not_found',
    'resource.image_not_found',
    'resource.failed',
    'secret.wrong_key',
    'secret.no_key',
    'stack.locked',
    'stack.busy',
    'lock.lost',
    'execution.nested',
  ],
  http: { method: 'POST', path: '/stacks/{stack}/resources/{resource}/restore' },
  async run({ store, caller, signal }, { stack, resource, from }) {
    const context = store.contextFor(caller);
    const machine = context.providers.machine({ workdir: store.cwd, env: store.env, signal });
    const head = await openStack(context, stack);
    await restorePreImage(context, head, { address: resource, from, machine });
    return { stack, resource, from };
  },
});
