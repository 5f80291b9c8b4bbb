import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { taskRunName } from '../../../model/executionId.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { executionName, stackName, word } from '../schemas/inputs.ts';

export const taskOutput = operation({
  id: 'executions.task_output',
  summary: 'Show what a task printed, redacted and capped',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    execution: executionName,
    task: described(word, 'name of the task', 'TASK'),
  }),
  output: v.strictObject({
    stack: v.string(),
    execution: v.string(),
    task: v.string(),
    printed: v.string(),
    /** Whether its middle was left out. */
    cut: v.boolean(),
  }),
  errors: ['execution.no_task', 'backend.corrupt'],
  http: { method: 'GET', path: '/stacks/{stack}/executions/{execution}/tasks/{task}/output' },
  async run({ store, caller }, { stack, execution, task }) {
    const context = store.contextFor(caller);
    const { backend } = context;
    const { lineage } = await openStack(context, stack);
    const name = taskRunName(execution, task);
    const view = await backend.read({ lineage }, [{ kind: 'task_run', name }]);
    const run = view?.content.task_run.get(name);
    if (run === undefined) throw new SlothError('execution.no_task', { stack, execution, task });
    const told = { stack, execution, task, cut: run.outputCut === true };
    if (run.output === null) return { ...told, printed: '' };
    const bytes = await backend.chunk(run.output.hash);
    if (bytes === undefined) {
      const where = `task output ${run.output.hash.slice(0, 12)}`;
      throw new SlothError('backend.corrupt', { where, reason: 'its chunk is missing' });
    }
    return { ...told, printed: new TextDecoder().decode(bytes) };
  },
});
