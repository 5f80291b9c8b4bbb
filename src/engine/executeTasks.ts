import type { TaskDefinition } from '../model/workflow.ts';
import type { TaskCounts } from './RunMessage.ts';
import type { RunSession } from './RunSession.ts';
import { recordSkipped } from './recordTask.ts';
import { runTask, type TaskOutcome } from './runTask.ts';
import { createSchedule, type SkippedTask } from './schedule.ts';

/** How the tasks of a run ended, taken together. */
export interface TasksOutcome {
  readonly counts: TaskCounts;
  /** The first failure, in words; empty when all went well. */
  readonly reason: string;
}

/**
 * Runs the tasks of a session, each as soon as its dependencies are done, at most `maxParallel` at
 * a time. A failed task's dependents are skipped with the reason, independent ones finish; when the
 * session stops, nothing new starts and what runs is ended. Rejects where a record could not be
 * made, after what ran beside it has ended.
 */
export async function executeTasks(
  session: RunSession,
  maxParallel: number,
): Promise<TasksOutcome> {
  const completed = new Set(session.results.keys());
  const schedule = createSchedule(session.definition.tasks, completed);
  const counts = { completed: completed.size, failed: 0, skipped: 0, interrupted: 0 };
  const broken: unknown[] = [];
  const running = new Set<Promise<void>>();
  const { signal } = session.stop;
  let reason = '';

  async function runOne(task: TaskDefinition): Promise<void> {
    const outcome = await runTask(session, task);
    counts[outcome.status]++;
    if (outcome.status === 'failed') reason ||= `task '${task.name}' failed: ${outcome.reason}`;
    await skip(schedule.settle(task.name, goesOn(outcome)));
    if (outcome.abort) await skip(schedule.abandon(`aborted by task '${task.name}'`));
  }

  async function skip(skipped: readonly SkippedTask[]): Promise<void> {
    counts.skipped += skipped.length;
    await Promise.all(skipped.map((each) => recordSkipped(session, each)));
  }

  function start(task: TaskDefinition): void {
    const ended = runOne(task)
      .catch((error: unknown) => {
        broken.push(error);
        session.stop.abort(error);
      })
      .finally(() => running.delete(ended));
    running.add(ended);
  }

  for (;;) {
    while (running.size < maxParallel && !signal.aborted) {
      const task = schedule.take();
      if (task === undefined) break;
      start(task);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (broken.length > 0) throw broken[0];
  await skip(schedule.abandon('the run was stopped'));
  return { counts, reason: session.redactor.text(reason) };
}

/** A task that its own condition skipped had nothing to do; those after it go on. */
function goesOn(outcome: TaskOutcome): boolean {
  return outcome.status === 'completed' || outcome.status === 'skipped';
}
