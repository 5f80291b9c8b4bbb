import type { ClockEntry, ExecutionEntry, TaskRunEntry } from '../../../model/entry.ts';
import type { JsonValue } from '../../../model/json.ts';
import { timeOf } from './timeOf.ts';

/** An execution, as whoever asks is told of it. */
export interface ShownExecution {
  /** As `e12`. */
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly file: string;
  readonly status: ExecutionEntry['status'];
  readonly actor: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly resumed: number;
  readonly task_count: number;
  readonly reason: string;
  readonly snapshot: string;
  readonly rolled_back: boolean;
  readonly up: string | null;
}

/** What became of a task. */
export interface ShownTaskRun {
  readonly task: string;
  readonly status: TaskRunEntry['status'];
  readonly attempt: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly message: string;
  readonly reason: string;
  readonly outputs: { sensitive: boolean; value?: JsonValue };
  readonly printed: { bytes: number; cut: boolean } | null;
  readonly artifacts: { path: string; bytes: number }[];
}

export function shownExecution(id: string, entry: ExecutionEntry): ShownExecution {
  return {
    id,
    workflow: entry.workflow,
    version: entry.version,
    file: entry.file,
    status: entry.status,
    actor: entry.actor,
    started_at: timeOf(entry.startedAt),
    ended_at: entry.endedAt === null ? null : timeOf(entry.endedAt),
    resumed: entry.resumed,
    task_count: entry.taskCount,
    reason: entry.reason,
    snapshot: entry.snapshot,
    rolled_back: entry.rolledBack,
    up: entry.up ?? null,
  };
}

export function shownTaskRun(task: string, entry: TaskRunEntry): ShownTaskRun {
  const { outputs, output, startedAt, endedAt } = entry;
  return {
    task,
    status: entry.status,
    attempt: entry.attempt,
    started_at: startedAt === null ? null : timeOf(startedAt),
    ended_at: endedAt === null ? null : timeOf(endedAt),
    message: entry.message,
    reason: entry.reason,
    outputs:
      outputs.sensitive === true ? { sensitive: true } : { sensitive: false, value: outputs.value },
    printed: output === null ? null : { bytes: output.bytes, cut: entry.outputCut === true },
    artifacts: entry.artifacts.map(({ path, bytes }) => ({ path, bytes })),
  };
}

/** Where the clock went back; `serial` is the first commit after that. */
export interface ShownClockStep {
  readonly serial: number;
  readonly from: string;
  readonly to: string;
}

export function shownClockStep(step: ClockEntry & { readonly serial: number }): ShownClockStep {
  return { serial: step.serial, from: timeOf(step.from), to: timeOf(step.to) };
}
