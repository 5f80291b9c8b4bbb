import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { taskRunName } from '../../../model/executionId.ts';
import { operation } from '../Operation.ts';
import { executionSchema, taskRunSchema } from '../schemas/execution.ts';
import { executionName, stackName } from '../schemas/inputs.ts';
import { shownExecution, shownTaskRun } from '../shown/execution.ts';

export const showExecution = operation({
  id: 'executions.show',
  summary: 'Show one execution with its tasks; the latest where none is named',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName, execution: v.optional(executionName) }),
  output: v.strictObject({
    stack: v.string(),
    ...executionSchema.entries,
    tasks: v.array(taskRunSchema),
  }),
  errors: ['execution.not_found'],
  http: { method: 'GET', path: '/stacks/{stack}/executions/{execution}' },
  async run({ store, caller }, { stack, execution }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const id = execution ?? head.lastExecution?.id ?? '';
    const prefix = taskRunName(id, '');
    const view = await context.backend.read({ lineage: head.lineage }, [
      { kind: 'execution', name: id },
      { kind: 'task_run', prefix },
    ]);
    const entry = view?.content.execution.get(id);
    if (entry === undefined) throw new SlothError('execution.not_found', { stack, execution: id });
    return {
      stack,
      ...shownExecution(id, entry),
      tasks: [...(view?.content.task_run ?? [])].map(([key, run]) =>
        shownTaskRun(key.slice(prefix.length), run),
      ),
    };
  },
});
