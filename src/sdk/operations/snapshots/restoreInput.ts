import * as v from 'valibot';
import type { RestoreScope } from '../../../engine/snapshots/restoreSnapshot.ts';
import { described } from '../schemas/described.ts';
import { stackName, word } from '../schemas/inputs.ts';
import { POINT } from '../schemas/snapshot.ts';

const PARTS = ['resources', 'values', 'outputs'] as const;

/** What is to be restored, and of what. */
export const restoreInput = v.pipe(
  v.strictObject({
    stack: stackName,
    version: described(word, POINT, 'VERSION', 'snapshot'),
    apply: v.optional(
      described(v.boolean('is true or false'), 'bring the real objects back, too'),
      false,
    ),
    only: v.optional(
      described(
        v.picklist(PARTS, `is none of ${PARTS.join(', ')}`),
        'resources, values or outputs',
        'PART',
      ),
    ),
    resource: v.optional(described(word, 'only this resource, as file.config', 'NAME')),
  }),
  v.forward(
    v.check(
      ({ only, resource }) => only === undefined || resource === undefined,
      "can't be restored alone where only a part was asked for, too",
    ),
    ['resource'],
  ),
);

/** What of the content is meant. */
export function scopeOf({ only, resource }: v.InferOutput<typeof restoreInput>): RestoreScope {
  return {
    ...(only === undefined ? {} : { only }),
    ...(resource === undefined ? {} : { resource }),
  };
}
