import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaskDefinition } from '../../model/workflow.ts';
import { createSchedule } from './schedule.ts';
import { sketchTask } from './testing/sketchTask.ts';

/** Random acyclic workflows: a task may depend on any earlier one. */
const workflows = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 25 }).map((edges) =>
  edges.map((numbers, index) =>
    sketchTask(`t${index}`, {
      dependsOn: index === 0 ? [] : numbers.map((each) => `t${each % index}`),
    }),
  ),
);

/** Runs a schedule to its end, one task at a time, failing those named. */
function play(
  tasks: readonly TaskDefinition[],
  failing: ReadonlySet<string>,
): { order: string[]; skipped: Map<string, string> } {
  const schedule = createSchedule(tasks, new Set());
  const order: string[] = [];
  const skipped = new Map<string, string>();
  for (let task = schedule.take(); task !== undefined; task = schedule.take()) {
    order.push(task.name);
    for (const each of schedule.settle(task.name, !failing.has(task.name))) {
      skipped.set(each.task, each.reason);
    }
  }
  return { order, skipped };
}

describe('the schedule', () => {
  test('runs every task once, after all it depends on', () => {
    fc.assert(
      fc.property(workflows, (tasks) => {
        const { order } = play(tasks, new Set());
        expect([...order].sort()).toEqual(tasks.map((each) => each.name).sort());
        for (const task of tasks) {
          for (const name of task.dependsOn) {
            expect(order.indexOf(name)).toBeLessThan(order.indexOf(task.name));
          }
        }
      }),
    );
  });

  test('skips exactly the dependents of failed tasks, to any depth', () => {
    fc.assert(
      fc.property(workflows, fc.func(fc.boolean()), (tasks, fails) => {
        const failing = new Set(tasks.map((each) => each.name).filter((name) => fails(name)));
        const { order, skipped } = play(tasks, failing);
        const doomed = new Set<string>();
        for (const task of tasks) {
          if (task.dependsOn.some((name) => doomed.has(name) || failing.has(name))) {
            doomed.add(task.name);
          }
        }
        expect([...skipped.keys()].sort()).toEqual([...doomed].sort());
        expect(order.filter((name) => doomed.has(name))).toEqual([]);
        expect(order.length + skipped.size).toBe(tasks.length);
      }),
    );
  });

  test('leaves out what was completed before, and counts it as done', () => {
    const tasks = [sketchTask('a'), sketchTask('b', { dependsOn: ['a'] })];
    const schedule = createSchedule(tasks, new Set(['a']));
    expect(schedule.take()?.name).toBe('b');
    expect(schedule.take()).toBeUndefined();
  });

  test('gives up what has not started, with the reason', () => {
    const tasks = [sketchTask('a'), sketchTask('b', { dependsOn: ['a'] }), sketchTask('c')];
    const schedule = createSchedule(tasks, new Set());
    schedule.take();
    expect(schedule.abandon('stopped')).toEqual([
      { task: 'b', reason: 'stopped' },
      { task: 'c', reason: 'stopped' },
    ]);
    expect(schedule.settle('a', true)).toEqual([]);
    expect(schedule.take()).toBeUndefined();
  });
});
