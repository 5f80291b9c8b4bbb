import * as v from 'valibot';
import { clockStepsOf } from '../../../engine/log/clockStepsOf.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { executionNumber } from '../../../model/executionId.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { clockStepSchema, executionSchema } from '../schemas/execution.ts';
import { limit, stackName } from '../schemas/inputs.ts';
import { shownClockStep, shownExecution } from '../shown/execution.ts';

export const listExecutions = operation({
  id: 'executions.list',
  summary: 'List the executions of a stack',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    limit: v.optional(described(limit, 'only the newest N (default: all)', 'N'), 0),
  }),
  output: v.strictObject({
    stack: v.string(),
    /** Newest first. */
    executions: v.array(executionSchema),
    /** Where one of the times beside it was wrong, oldest first. */
    clock_steps: v.array(clockStepSchema),
  }),
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/executions' },
  async run({ store, caller }, input) {
    const context = store.contextFor(caller);
    const { lineage } = await openStack(context, input.stack);
    const view = await context.backend.read({ lineage }, [{ kind: 'execution' }]);
    const executions = [...(view?.content.execution ?? [])]
      .sort(([a], [b]) => executionNumber(b) - executionNumber(a))
      .map(([id, entry]) => shownExecution(id, entry));
    const steps = await clockStepsOf(context, lineage);
    return {
      stack: input.stack,
      executions: input.limit === 0 ? executions : executions.slice(0, input.limit),
      clock_steps: steps.map(shownClockStep),
    };
  },
});
