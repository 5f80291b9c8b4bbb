import * as v from 'valibot';
import { clockStepsOf } from '../../../engine/log/clockStepsOf.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { clockStepSchema } from '../schemas/execution.ts';
import { limit, stackName } from '../schemas/inputs.ts';
import { count, time } from '../schemas/outputs.ts';
import { shownClockStep } from '../shown/execution.ts';
import { timeOf } from '../shown/timeOf.ts';

export const listLog = operation({
  id: 'log.list',
  summary: 'List the commits of a stack',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    limit: v.optional(described(limit, 'only the newest N (default: 20; 0 for all)', 'N'), 20),
  }),
  output: v.strictObject({
    stack: v.string(),
    /** Newest last. */
    commits: v.array(
      v.strictObject({
        serial: count,
        /** Over all of it, and over the hash before. */
        hash: v.string(),
        parent: v.string(),
        at: time,
        actor: v.string(),
        operation: v.string(),
        execution: v.nullable(v.string()),
        /** Of the lock that it was made under. */
        fence: v.nullable(count),
        /** How many changes it holds. */
        changes: count,
      }),
    ),
    /** Where one of those times was wrong, oldest first. */
    clock_steps: v.array(clockStepSchema),
  }),
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/log' },
  async run({ store, caller }, input) {
    const context = store.contextFor(caller);
    const { lineage, serial } = await openStack(context, input.stack);
    const after = input.limit === 0 ? 0 : Math.max(0, serial - input.limit);
    const commits = await context.backend.commits(lineage, { after });
    const oldest = commits[0]?.serial ?? 0;
    const steps = await clockStepsOf(context, lineage);
    return {
      stack: input.stack,
      commits: commits.map((commit) => ({
        serial: commit.serial,
        hash: commit.hash,
        parent: commit.parent,
        at: timeOf(commit.at),
        actor: commit.actor,
        operation: commit.operation,
        execution: commit.execution,
        fence: commit.fence,
        changes: commit.changes.length,
      })),
      clock_steps: steps.filter((step) => step.serial >= oldest).map(shownClockStep),
    };
  },
});
