import type { ExecutionEntry, TaskRunEntry } from '../entry.ts';

/** The record of an execution that runs, for tests that care about a few of its facts. */
export function sketchExecution(facts: Partial<ExecutionEntry> = {}): ExecutionEntry {
  return {
    workflow: 'w',
    version: '1.0.0',
    file: 'w.sloth',
    status: 'running',
    actor: 'ann',
    startedAt: 100,
    endedAt: null,
    resumed: 0,
    taskCount: 2,
    reason: '',
    snapshot: 'v1',
    rolledBack: false,
    process: { host: 'h', scope: 's', pid: 7, started: 'alive' },
    ...facts,
  };
}

/** As `sketchExecution`: a task that runs. */
export function sketchTaskRun(facts: Partial<TaskRunEntry> = {}): TaskRunEntry {
  return {
    status: 'running',
    attempt: 1,
    startedAt: 110,
    endedAt: null,
    message: '',
    reason: '',
    outputs: { value: {} },
    output: null,
    artifacts: [],
    ...facts,
  };
}
