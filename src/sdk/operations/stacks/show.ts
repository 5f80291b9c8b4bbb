import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import type { TaskRunEntry } from '../../../model/entry.ts';
import { taskRunName } from '../../../model/executionId.ts';
import type { Failure } from '../../../model/failure.ts';
import type { Head } from '../../../model/head.ts';
import { lockCondition } from '../../../model/lock.ts';
import { operation } from '../Operation.ts';
import { stackName } from '../schemas/inputs.ts';
import { stackDetailsSchema } from '../schemas/stack.ts';
import { shownLock } from '../shown/lock.ts';
import { shownResource, shownStack, staleStacks } from '../shown/stack.ts';
import { timeOf } from '../shown/timeOf.ts';

export const showStack = operation({
  id: 'stacks.show',
  summary: 'Show everything about a stack',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({ stack: stackName }),
  output: stackDetailsSchema,
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}' },
  async run({ store, caller }, { stack }) {
    const context = store.contextFor(caller);
    const { backend } = context;
    const head = await openStack(context, stack);
    const last = head.lastExecution?.id ?? '';
    const view = await backend.read({ lineage: head.lineage }, [
      { kind: 'resource' },
      { kind: 'dependency' },
      { kind: 'execution', name: last },
      { kind: 'task_run', prefix: taskRunName(last, '') },
    ]);
    const execution = view?.content.execution.get(last);
    const hasFailed = execution !== undefined && execution.status !== 'success';
    const uses = await backend.staleUses();
    const isWorkedOn = head.open.length > 0;
    return {
      ...shownStack(head, staleStacks(uses)),
      ...summariesOf(head),
      reason: hasFailed ? execution.reason : '',
      failures: hasFailed ? failedTasks(view?.content.task_run ?? new Map(), last) : [],
      lock: head.lock && shownLock(head.lock),
      lock_condition: lockCondition(head, await backend.now(), context.probe),
      resources: [...(view?.content.resource ?? [])].map(([name, entry]) =>
        shownResource(name, entry, isWorkedOn),
      ),
      dependencies: [...(view?.content.dependency.keys() ?? [])].sort(),
      stale_uses: uses.filter((use) => use.stack === head.name),
    };
  },
});

/** The latest of each, as the head keeps them. */
function summariesOf({ lastExecution, lastLock, latestSnapshot }: Head) {
  return {
    latest_execution: lastExecution && {
      id: lastExecution.id,
      status: lastExecution.status,
      started_at: timeOf(lastExecution.startedAt),
      ended_at: lastExecution.endedAt === null ? null : timeOf(lastExecution.endedAt),
    },
    last_lock: lastLock && {
      locked_by: lastLock.lockedBy,
      locked_at: timeOf(lastLock.lockedAt),
      released_at: lastLock.releasedAt === null ? null : timeOf(lastLock.releasedAt),
    },
    latest_snapshot: latestSnapshot && {
      version: latestSnapshot.version,
      created_at: timeOf(latestSnapshot.createdAt),
    },
  };
}

/** The tasks of an execution that failed. Resources tell by themselves why they did. */
function failedTasks(runs: ReadonlyMap<string, TaskRunEntry>, execution: string): Failure[] {
  const prefix = taskRunName(execution, '');
  return [...runs].flatMap(([name, { status, reason }]): Failure[] =>
    status === 'failed' ? [{ kind: 'task', name: name.slice(prefix.length), reason }] : [],
  );
}
