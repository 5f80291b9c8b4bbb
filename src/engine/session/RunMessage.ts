import type { ErrorDescription } from '../../errors/SlothError.ts';
import type { ExecutionStatus, TaskStatus } from '../../model/entry.ts';
import type { Failure } from '../../model/failure.ts';
import type { LogLevel } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import type { ValidationReport } from '../../services/validation/ValidationReport.ts';
import type { PlannedResource } from '../resources/planResources.ts';

/** A task or a resource as a run announces it. */
export interface PlannedTask {
  readonly name: string;
  readonly description: string;
  readonly dependsOn: readonly string[];
  /** `completed` where an earlier part of this execution did it already. */
  readonly status: 'pending' | 'completed';
}

/** How many tasks ended how. */
export type TaskCounts = Readonly<Record<Exclude<TaskStatus, 'pending' | 'running'>, number>>;

/**
 * What a run says while it goes on: typed facts, never display strings. The CLI renders them as a
 * live tree, plain lines or NDJSON; every text in them is redacted. Times are epoch milliseconds,
 * durations milliseconds.
 */
export type RunMessage =
  | { readonly type: 'notice'; readonly level: LogLevel; readonly message: string }
  | { readonly type: 'stack.created'; readonly stack: string }
  | { readonly type: 'validated'; readonly report: ValidationReport }
  | { readonly type: 'snapshot.created'; readonly version: string }
  | {
      readonly type: 'execution.started';
      readonly stack: string;
      readonly workflow: string;
      readonly version: string;
      readonly execution: string;
      readonly resumed: boolean;
      readonly tasks: readonly PlannedTask[];
      readonly resources: readonly PlannedTask[];
      readonly maxParallel: number;
      readonly at: number;
    }
  | {
      readonly type: 'task.started';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
    }
  | {
      readonly type: 'task.output';
      /** Empty for output of the workflow's own hooks. */
      readonly task: string;
      readonly stream: 'stdout' | 'stderr';
      readonly line: string;
    }
  | {
      readonly type: 'task.log';
      readonly task: string;
      readonly level: LogLevel;
      readonly message: string;
    }
  | {
      readonly type: 'task.retrying';
      readonly task: string;
      readonly attempt: number;
      readonly delay: number;
      readonly reason: string;
    }
  | {
      readonly type: 'task.ended';
      readonly task: string;
      readonly status: Exclude<TaskStatus, 'pending' | 'running'>;
      readonly at: number;
      readonly duration: number;
      readonly message: string;
      /** Why it failed, was skipped or interrupted. */
      readonly reason: string;
      readonly error: ErrorDescription | null;
    }
  | { readonly type: 'planned'; readonly resources: readonly PlannedResource[] }
  | { readonly type: 'resource.started'; readonly resource: string; readonly at: number }
  | {
      readonly type: 'resource.ended';
      readonly resource: string;
      readonly status: Exclude<TaskStatus, 'pending' | 'running'>;
      readonly at: number;
      readonly duration: number;
      /** What was done to it: `created`, `unchanged`. */
      readonly verb: string;
      /** Why it failed or was skipped. */
      readonly reason: string;
    }
  | { readonly type: 'drift.checked'; readonly message: string }
  | { readonly type: 'rolled_back'; readonly snapshot: string }
  | {
      readonly type: 'execution.ended';
      readonly stack: string;
      readonly execution: string;
      readonly status: ExecutionStatus;
      readonly duration: number;
      readonly counts: TaskCounts;
      /** How many resources were `created`, `updated`, `unchanged`, `failed` and so on. */
      readonly resources: Readonly<Record<string, number>>;
      /** Sensitive ones as `<sensitive>`. */
      readonly outputs: Readonly<Record<string, JsonValue>>;
      /** Why it did not end well, in short. */
      readonly reason: string;
      /** What stopped it before its end; empty for nothing. */
      readonly stopped: string;
      /** Everything that failed, in the order in which it did. */
      readonly failures: readonly Failure[];
    };

/** Receives what a run says; must not throw and must not block. */
export type Report = (message: RunMessage) => void;
