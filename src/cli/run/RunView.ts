import type { RunMessage, TaskStatus } from '../../sdk/presentation.ts';
import { withoutColors } from '../terminal/control.ts';

type Ended = Extract<RunMessage, { type: 'execution.ended' }>;
type Started = Extract<RunMessage, { type: 'execution.started' }>;
type TaskEnded = Extract<RunMessage, { type: 'task.ended' }>;

/** How many of a task's last lines are kept, to be shown when it fails. */
const TAIL = 10;

/** A task or a resource as a display knows it. Times are epoch milliseconds. */
export interface TaskView {
  readonly name: string;
  readonly dependsOn: readonly string[];
  status: TaskStatus;
  attempt: number;
  startedAt: number | null;
  ended: TaskEnded | null;
  /** The last lines of its output, the newest last. */
  readonly tail: string[];
}

/** A run as a display knows it: what all messages so far add up to. */
export interface RunView {
  started: Started | null;
  ended: Ended | null;
  /** Whether the stack went back to the snapshot from before the run. */
  rolledBack: boolean;
  readonly tasks: Map<string, TaskView>;
}

export function createRunView(): RunView {
  return { started: null, ended: null, rolledBack: false, tasks: new Map() };
}

/** Takes one message into a view. */
export function applyMessage(view: RunView, message: RunMessage): void {
  switch (message.type) {
    case 'execution.started':
      view.started = message;
      for (const { name, dependsOn, status } of [...message.resources, ...message.tasks]) {
        const task = {
          name,
          dependsOn,
          status,
          attempt: 0,
          startedAt: null,
          ended: null,
          tail: [],
        };
        view.tasks.set(name, task);
      }
      return;
    case 'rolled_back':
      view.rolledBack = true;
      return;
    case 'execution.ended':
      view.ended = message;
      return;
    case 'task.started':
      updateTask(view, message.task, (task) => {
        task.status = 'running';
        task.attempt = message.attempt;
        task.startedAt ??= message.at;
      });
      return;
    case 'resource.started':
      updateTask(view, message.resource, (task) => {
        task.status = 'running';
        task.startedAt = message.at;
      });
      return;
    case 'resource.ended':
      updateTask(view, message.resource, (task) => {
        task.status = message.status;
        task.ended = asTaskEnded(message);
      });
      return;
    case 'task.output':
      updateTask(view, message.task, (task) => addLine(task, message.line));
      return;
    case 'task.log':
      updateTask(view, message.task, (task) => addLine(task, message.message));
      return;
    case 'task.ended':
      updateTask(view, message.task, (task) => {
        task.status = message.status;
        task.ended = message;
      });
      return;
    default:
  }
}

/** `3/10 done, 2 running, 1 failed`. */
export function progressOf(view: RunView): string {
  const counts = new Map<TaskStatus, number>();
  for (const { status } of view.tasks.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  const parts = [`${counts.get('completed') ?? 0}/${view.tasks.size} done`];
  for (const status of ['running', 'failed', 'skipped', 'interrupted'] as const) {
    const count = counts.get(status);
    if (count !== undefined) parts.push(`${count} ${status}`);
  }
  return parts.join(', ');
}

/** A resource's end in the terms of a task's: displays draw both alike. */
export function asTaskEnded(message: Extract<RunMessage, { type: 'resource.ended' }>): TaskEnded {
  const { resource, status, at, duration, verb, reason } = message;
  return {
    type: 'task.ended',
    task: resource,
    status,
    at,
    duration,
    message: verb,
    reason,
    error: null,
  };
}

function updateTask(view: RunView, name: string, change: (task: TaskView) => void): void {
  const task = view.tasks.get(name);
  if (task !== undefined) change(task);
}

function addLine({ tail }: TaskView, line: string): void {
  if (line.trim() === '') return;
  tail.push(withoutColors(line));
  if (tail.length > TAIL) tail.shift();
}
