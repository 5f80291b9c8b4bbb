import type { Chunk } from '../../backend/Chunk.ts';
import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { putEntry } from '../../model/change.ts';
import type { TaskRunEntry, TaskStatus } from '../../model/entry.ts';
import { type Event, type EventType, event } from '../../model/event.ts';
import { taskRunName } from '../../model/executionId.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** A running execution's right to record its tasks. */
export interface ExecutionAuthority extends WriteAuthority {
  readonly execution: string;
}

const eventOf: Readonly<Record<TaskStatus, EventType>> = {
  pending: 'task.started',
  running: 'task.started',
  completed: 'task.completed',
  failed: 'task.failed',
  skipped: 'task.skipped',
  interrupted: 'task.interrupted',
};

/**
 * Records where a task is now: its start before anything of it runs, its end with all that is to
 * be kept of it. Once resolved, a resumed run will know; until then, it must not be relied on.
 */
export function recordTaskCommand(
  task: string,
  run: TaskRunEntry,
  authority: ExecutionAuthority,
  probe: ProbeLiveness,
  chunks: readonly Chunk[] = [],
): Command<void> {
  return {
    operation: run.status === 'running' ? 'run.task_start' : 'run.task_end',
    execution: authority.execution,
    decide: ({ head, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      return {
        result: undefined,
        fence: permit.fence,
        changes: [
          ...permit.changes,
          putEntry('task_run', taskRunName(authority.execution, task), run),
        ],
        events: [...permit.events, taskEvent(task, run)],
        chunks,
      };
    },
  };
}

function taskEvent(task: string, run: TaskRunEntry): Event {
  const { status, attempt, reason } = run;
  const verb = status === 'running' ? 'started' : status;
  // What follows the first line is what a program printed; the record of the task keeps it.
  const [first = ''] = reason.split('\n');
  const why = first === '' ? '' : `: ${first}`;
  return event(eventOf[status], 'run', `task '${task}' ${verb}${why}`, { task, attempt });
}
