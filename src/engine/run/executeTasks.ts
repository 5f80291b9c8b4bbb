import type { Failure } from '../../model/failure.ts';
import type { TaskDefinition } from '../../model/workflow.ts';
import type { DeclaredResource } from '../resources/DeclaredResource.ts';
import { createSchedule, type ScheduleNode, type SkippedTask } from '../schedule/schedule.ts';
import type { TaskCounts } from '../session/RunMessage.ts';
import type { RunSession } from '../session/RunSession.ts';
import type { TaskOutcome } from '../session/TaskOutcome.ts';
import { recordSkipped } from '../tasks/recordTask.ts';
import { runTask } from '../tasks/runTask.ts';
import { runDeletions, runResource, tellSkipped } from './runResource.ts';

/** How the tasks of a run ended, taken together. */
export interface TasksOutcome {
  readonly counts: TaskCounts;
  /** Everything that failed, in the order in which it did; none when all went well. */
  readonly failures: readonly Failure[];
  /** How each task ended that did. */
  readonly endings: ReadonlyMap<string, Pick<TaskOutcome, 'status' | 'reason'>>;
}

/**
 * Runs the tasks and applies the resources of a session, each as soon as its dependencies are done, at most `maxParallel` at
 * a time. A failed task's dependents are skipped with the reason, independent ones finish; when the
 * session stops, nothing new starts and what runs is ended. Rejects where a record could not be
 * made, after what ran beside it has ended.
 */
export async function executeTasks(
  session: RunSession,
  maxParallel: number,
): Promise<TasksOutcome> {
  const completed = new Set(session.results.keys());
  const nodes: readonly Node[] = [
    ...session.definition.tasks.map((task) => ({ ...named(task), kind: 'task' as const, task })),
    ...session.resources.map((resource) => ({
      ...named(resource),
      kind: 'resource' as const,
      resource,
    })),
  ];
  const resources = new Set(session.resources.map((each) => each.name));
  const schedule = createSchedule(nodes, completed);
  const counts = { completed: completed.size, failed: 0, skipped: 0, interrupted: 0 };
  const broken: unknown[] = [];
  const running = new Set<Promise<void>>();
  const { signal } = session.stop;
  const failures: Failure[] = [];
  const endings = new Map<string, Pick<TaskOutcome, 'status' | 'reason'>>(
    [...completed].map((name) => [name, { status: 'completed', reason: '' }]),
  );
  const fail = (kind: Failure['kind'], name: string, reason: string): void => {
    failures.push({ kind, name, reason: session.redactor.text(reason) });
  };

  async function runOne(node: Node): Promise<void> {
    const { kind, name } = node;
    const outcome =
      kind === 'task'
        ? await runTask(session, node.task)
        : await runResource(session, node.resource);
    if (kind === 'task') {
      counts[outcome.status]++;
      endings.set(name, outcome);
    }
    if (outcome.status === 'failed') fail(kind, name, outcome.reason);
    await skip(schedule.settle(name, goesOn(outcome)));
    if (outcome.abort) await skip(schedule.abandon(`aborted by task '${name}'`));
  }

  async function skip(skipped: readonly SkippedTask[]): Promise<void> {
    const tasks = skipped.filter((each) => !resources.has(each.task));
    for (const each of skipped) if (resources.has(each.task)) tellSkipped(session, each);
    counts.skipped += tasks.length;
    for (const { task, reason } of tasks) endings.set(task, { status: 'skipped', reason });
    await Promise.all(tasks.map((each) => recordSkipped(session, each)));
  }

  function start(node: Node): void {
    const ended = runOne(node)
      .catch((error: unknown) => {
        broken.push(error);
        session.stop.abort(error);
      })
      .finally(() => running.delete(ended));
    running.add(ended);
  }

  for (;;) {
    while (running.size < maxParallel && !signal.aborted) {
      const node = schedule.take();
      if (node === undefined) break;
      start(node);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (broken.length > 0) throw broken[0];
  await skip(schedule.abandon('the run was stopped'));
  // Last, and only after all went well: what is still declared may have needed it so far.
  if (failures.length === 0 && !signal.aborted) {
    await runDeletions({
      ...session,
      report(message) {
        session.report(message);
        if (message.type !== 'resource.ended' || message.status !== 'failed') return;
        fail('resource', message.resource, message.reason);
      },
    });
  }
  return { counts, failures, endings };
}

/** A part of the graph that tasks and resources form together. */
type Node = ScheduleNode &
  (
    | { readonly kind: 'task'; readonly task: TaskDefinition }
    | { readonly kind: 'resource'; readonly resource: DeclaredResource }
  );

function named({ name, dependsOn }: ScheduleNode): ScheduleNode {
  return { name, dependsOn };
}

/** A task that its own condition skipped had nothing to do; those after it go on. */
function goesOn(outcome: TaskOutcome): boolean {
  return outcome.status === 'completed' || outcome.status === 'skipped';
}
