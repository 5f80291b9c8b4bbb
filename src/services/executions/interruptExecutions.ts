import { type Change, putEntry } from '../../model/change.ts';
import type { Content } from '../../model/content.ts';
import type { Selection } from '../../model/entry.ts';
import { type Event, event } from '../../model/event.ts';
import { taskRunName } from '../../model/executionId.ts';
import type { OpenExecution } from '../../model/lock.ts';

/** The entries that interrupting executions has to read. */
export function interruptionNeeds(executions: readonly OpenExecution[]): Selection {
  return executions.flatMap(({ id }) => [
    { kind: 'execution' as const, name: id },
    { kind: 'task_run' as const, prefix: taskRunName(id, '') },
  ]);
}

/** An execution to close, when it ended, in epoch milliseconds, and how. */
export interface EndedExecution {
  readonly id: string;
  readonly endedAt: number;
  readonly status: 'interrupted' | 'fenced';
  readonly reason: string;
}

/**
 * Closes executions that can't end by themselves any more: they become `interrupted`, or `fenced` where
 * their process may live on without its lock; their running tasks become `interrupted`. What had ended
 * stays as it was recorded, for `run --resume` to build on.
 */
export function interruptExecutions(
  content: Content,
  executions: readonly EndedExecution[],
): { readonly changes: Change[]; readonly events: Event[] } {
  const changes: Change[] = [];
  const events: Event[] = [];
  for (const { id, endedAt, status, reason } of executions) {
    const entry = content.execution.get(id);
    if (entry !== undefined) {
      const body = { ...entry, status, endedAt, reason };
      changes.push(putEntry('execution', id, body));
    }
    for (const [name, run] of content.task_run) {
      if (run.status !== 'running' || !name.startsWith(taskRunName(id, ''))) continue;
      const ended = { ...run, status: 'interrupted' as const, endedAt, reason };
      const task = name.slice(taskRunName(id, '').length);
      changes.push(putEntry('task_run', name, ended));
      events.push(event('task.interrupted', 'run', `task '${task}' was interrupted`, { task }));
    }
    changes.push({ type: 'execution.close', id });
    const message = `execution ${id} was ${status}: ${reason}`;
    events.push(event(`stack.execution.${status}`, 'run', message, { execution: id, reason }));
  }
  if (executions.length > 0) changes.push({ type: 'stack.put', status: 'interrupted' });
  return { changes, events };
}
