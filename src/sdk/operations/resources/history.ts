import * as v from 'valibot';
import { resourceHistory as historyOf } from '../../../engine/objects/resourceHistory.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { count, time } from '../schemas/outputs.ts';
import { resourceAddress, resourceOriginSchema } from '../schemas/resource.ts';
import { timeOf } from '../shown/timeOf.ts';

export const resourceHistory = operation({
  id: 'resources.history',
  summary: 'List what the object of a resource was before it was changed',
  details:
    'Before an execution changes or deletes an object for the first time, what it was is kept, as long as\n' +
    'the snapshots that it belongs to.',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName, resource: resourceAddress }),
  output: v.strictObject({
    stack: v.string(),
    resource: v.string(),
    /** The newest first. */
    images: v.array(
      v.strictObject({
        /** By which it is had back: `p41`. */
        id: v.string(),
        type: v.string(),
        identity: v.string(),
        /** The commit that it was kept in. */
        serial: count,
        at: time,
        execution: v.nullable(v.string()),
        /** What was about to be done. */
        status: v.picklist(['creating', 'updating', 'replacing', 'deleting']),
        origin: resourceOriginSchema,
        /** Why it could not be kept; empty where it was. */
        unkept: v.string(),
        /** Of its content; `null` where it has none. */
        bytes: v.nullable(count),
      }),
    ),
  }),
  errors: ['resource.not_found'],
  http: { method: 'GET', path: '/stacks/{stack}/resources/{resource}/images' },
  async run({ store, caller }, { stack, resource }) {
    const context = store.contextFor(caller);
    const images = await historyOf(context, await openStack(context, stack), resource);
    return {
      stack,
      resource,
      images: images.map(({ at, ...image }) => ({ ...image, at: timeOf(at) })),
    };
  },
});
