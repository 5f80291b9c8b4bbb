/** Something to schedule: a task, a resource. */
export interface ScheduleNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** A task that will not run because of another. */
export interface SkippedTask {
  readonly task: string;
  readonly reason: string;
}

/** Which tasks may start now, as others end. A state machine without I/O. */
export interface Schedule<T extends ScheduleNode> {
  /** Takes the next task that may start; `undefined` when none may just now. */
  take(): T | undefined;
  /** Records that a task ended; `ok` lets its dependents go on. Gives those that never will. */
  settle(task: string, ok: boolean): readonly SkippedTask[];
  /** Gives up every task that has not been taken. */
  abandon(reason: string): readonly SkippedTask[];
}

/**
 * Orders tasks by their dependencies, in the order of declaration where that is free.
 *
 * In: the tasks of a valid workflow (names unique, no cycle, dependencies known), and the names of
 * those that an earlier part of the execution completed. Each step costs the task's own edges, so a
 * workflow costs its tasks and edges once.
 */
export function createSchedule<T extends ScheduleNode>(
  tasks: readonly T[],
  completed: ReadonlySet<string>,
): Schedule<T> {
  const dependents = new Map<string, string[]>();
  const missing = new Map<string, number>();
  const waiting = new Map<string, T>();
  const ready: T[] = [];
  for (const task of tasks) {
    if (completed.has(task.name)) continue;
    const open = new Set(task.dependsOn.filter((name) => !completed.has(name)));
    for (const name of open) {
      const known = dependents.get(name);
      if (known === undefined) dependents.set(name, [task.name]);
      else known.push(task.name);
    }
    missing.set(task.name, open.size);
    waiting.set(task.name, task);
    if (open.size === 0) ready.push(task);
  }
  let next = 0;

  function release(name: string): void {
    for (const dependent of dependents.get(name) ?? []) {
      const left = (missing.get(dependent) ?? 0) - 1;
      missing.set(dependent, left);
      const task = waiting.get(dependent);
      if (left === 0 && task !== undefined) ready.push(task);
    }
  }

  function skipDependents(name: string): SkippedTask[] {
    const skipped: SkippedTask[] = [];
    const causes = [name];
    for (let cause = causes.pop(); cause !== undefined; cause = causes.pop()) {
      for (const task of dependents.get(cause) ?? []) {
        if (!waiting.delete(task)) continue;
        const root = `'${name}', which did not complete`;
        const reason = cause === name ? `needs ${root}` : `needs '${cause}', which needs ${root}`;
        skipped.push({ task, reason });
        causes.push(task);
      }
    }
    return skipped;
  }

  return {
    take() {
      for (; next < ready.length; next++) {
        const task = ready[next];
        if (task !== undefined && waiting.delete(task.name)) {
          next++;
          return task;
        }
      }
      return undefined;
    },
    settle(task, ok) {
      if (!ok) return skipDependents(task);
      release(task);
      return [];
    },
    abandon(reason) {
      const skipped = [...waiting.keys()].map((task) => ({ task, reason }));
      waiting.clear();
      return skipped;
    },
  };
}
