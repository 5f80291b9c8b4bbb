import * as v from 'valibot';
import { contentOfPoint, findMoment } from '../../../engine/snapshots/findPoint.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { point, stackName } from '../schemas/inputs.ts';
import { stackThenSchema } from '../schemas/stack.ts';
import { shownResource } from '../shown/stack.ts';
import { timeOf } from '../shown/timeOf.ts';

export const stackAt = operation({
  id: 'stacks.at',
  summary: 'Show a stack as it was',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName, at: point }),
  output: stackThenSchema,
  errors: ['snapshot.not_found', 'snapshot.corrupt', 'log.compacted'],
  http: { method: 'GET', path: '/stacks/{stack}/at/{at}' },
  async run({ store, caller }, { stack, at }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const then = await findMoment(context, head, at);
    const content = await contentOfPoint(context, head, then);
    const after = { after: then.serial - 1, limit: 1 };
    const [commit] = await context.backend.commits(head.lineage, after);
    return {
      stack,
      label: then.label,
      serial: then.serial,
      at: timeOf(commit?.at ?? then.snapshot?.createdAt ?? 0),
      resources: [...content.resource].map(([name, entry]) => shownResource(name, entry, false)),
      values: content.value.size,
      outputs: content.output.size,
      tasks: content.task.size,
      dependencies: [...content.dependency.keys()].sort(),
    };
  },
});
