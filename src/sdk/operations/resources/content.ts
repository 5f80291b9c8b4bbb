import * as v from 'valibot';
import { readPreImage } from '../../../engine/objects/resourceHistory.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { mustMay } from '../mustMay.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { imageId, resourceAddress } from '../schemas/resource.ts';

export const resourceContent = operation({
  id: 'resources.content',
  summary: 'Give what was kept of the object of a resource before a change',
  details: 'Its bytes; or where it has none, what its provider says of it, as JSON.',
  effect: 'read',
  permission: 'reveal',
  place: 'store',
  input: v.strictObject({ stack: stackName, resource: resourceAddress, from: imageId }),
  output: v.strictObject({
    stack: v.string(),
    resource: v.string(),
    from: v.string(),
    content: v.pipe(v.string(), v.base64()),
  }),
  errors: [
    'resource.not_found',
    'resource.image_not_found',
    'resource.failed',
    'secret.wrong_key',
    'secret.no_key',
  ],
  http: { method: 'GET', path: '/stacks/{stack}/resources/{resource}/images/{from}' },
  async run({ store, caller }, { stack, resource, from }) {
    mustMay(caller, 'reveal', stack);
    const context = store.contextFor(caller);
    const image = await readPreImage(context, await openStack(context, stack), resource, from);
    const bytes = image.content ?? `${JSON.stringify(image.data, null, 2)}\n`;
    return { stack, resource, from, content: Buffer.from(bytes).toString('base64') };
  },
});
