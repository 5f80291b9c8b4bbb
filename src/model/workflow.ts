import type { JsonValue } from './json.ts';
import type { DriftSeverity, Properties } from './provider.ts';

/** A place in a workflow file, for errors: line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** A function of the workflow's own language. Only the runtime that made it can call it. */
export interface FunctionHandle {
  readonly kind: 'function';
  readonly id: number;
}

/** A command line for `/bin/sh -c`; its exit status is the result. */
export interface ShellAction {
  readonly kind: 'shell';
  readonly script: string;
}

/** What a task, a condition or a hook does. */
export type Action = FunctionHandle | ShellAction;

/** How long to wait between attempts: always the same, growing by one step, or doubling. */
export type RetryStrategy = 'fixed' | 'linear' | 'exponential';

/** What must exist before a workflow may start; looked at by validation. */
export interface Requirements {
  readonly files: readonly string[];
  readonly programs: readonly string[];
  readonly env: readonly string[];
  /** Bytes that must be free where the database lies; `null` when not asked for. */
  readonly disk: number | null;
}

/** One task, the same whichever language declared it. */
export interface TaskDefinition {
  readonly name: string;
  readonly description: string;
  /** `null`: a task that only groups its dependencies. */
  readonly command: Action | null;
  readonly workdir: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | null;
  /** Milliseconds for one attempt; `null` for no limit. */
  readonly timeout: number | null;
  readonly retries: { readonly count: number; readonly strategy: RetryStrategy };
  readonly dependsOn: readonly string[];
  readonly runIf: Action | null;
  readonly abortIf: Action | null;
  readonly preHook: Action | null;
  readonly postHook: Action | null;
  readonly onSuccess: Action | null;
  readonly onFailure: Action | null;
  readonly onTimeout: Action | null;
  /** Glob patterns, relative to the task's working directory, of the files it produces. */
  readonly artifacts: readonly string[];
  /** Artifacts of earlier tasks (by file name or pattern) that are copied in before it starts. */
  readonly consumes: readonly string[];
  readonly tags: readonly string[];
  readonly at: SourcePosition;
}

/** A real object that a workflow declares, the same whichever language declared it. */
export interface ResourceDefinition {
  readonly type: string;
  readonly name: string;
  readonly properties: Properties;
  /** Names of tasks, addresses of resources. */
  readonly dependsOn: readonly string[];
  readonly options: ResourceOptions;
  /** The address that it had before, where its object can't tell; empty for none. */
  readonly moved: string;
  readonly at: SourcePosition;
}

/** What a workflow says about a resource beside its properties; kept with it in the stack. */
export interface ResourceOptions {
  /** How bad it is, by attribute, where it isn't as the provider thinks. */
  readonly severity: Readonly<Record<string, DriftSeverity>>;
  readonly impact: Readonly<Record<string, string>>;
  /** Attributes that may be as they like. */
  readonly ignore: readonly string[];
  /** Never deleted or replaced. */
  readonly protect: boolean;
  /** Whether it is deleted when it is no longer declared. */
  readonly prune: boolean;
  /** Attributes and properties that are stored encrypted and never shown. */
  readonly sensitive: readonly string[];
  /** Another one than before: it is applied again, also where nothing differs. */
  readonly version: string;
}

/** How a resource is named within its stack. */
export function addressOf({
  type,
  name,
}: {
  readonly type: string;
  readonly name: string;
}): string {
  return `${type}.${name}`;
}

/** The keys of a workflow's `config`, as the specification names them, durations in milliseconds. */
export interface WorkflowConfig {
  readonly timeout: number | null;
  readonly requireLock: boolean | null;
  readonly createSnapshot: boolean | null;
  readonly validateBefore: boolean | null;
  readonly detectDrift: boolean | null;
  readonly onFailure: 'rollback' | 'keep' | null;
  readonly maxParallelTasks: number | null;
}

/** A workflow: tasks in a graph, and how a run of them behaves. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly tasks: readonly TaskDefinition[];
  readonly resources: readonly ResourceDefinition[];
  readonly config: WorkflowConfig;
  /** Stacks this one depends on, as `name` or `name@range`. */
  readonly dependsOn: readonly string[];
  /** All that it publishes, where it says so; `null` where it doesn't. */
  readonly outputs: readonly string[] | null;
  readonly requires: Requirements;
  readonly onStart: Action | null;
  readonly onComplete: Action | null;
  readonly at: SourcePosition;
}

/** What an earlier task left behind, as the tasks that depend on it see it. */
export interface TaskResult {
  readonly message: string;
  readonly outputs: Readonly<Record<string, JsonValue>>;
  /** What the task printed, capped. */
  readonly output: string;
  /** Whether `output` is not all of it: then nobody may take it for that. */
  readonly isCut?: true;
}

/** What a task function learns about itself (`this` in Lua, the first parameter in TypeScript). */
export interface TaskContext {
  readonly name: string;
  readonly description: string;
  readonly workflow: string;
  readonly stack: string;
  readonly execution: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly workdir: string;
}

/** The arguments of a task function, in this order. */
export interface TaskArguments {
  readonly self: TaskContext;
  readonly params: Readonly<Record<string, string>>;
  readonly deps: Readonly<Record<string, TaskResult>>;
  /** What the function is told about an end, before its other arguments; left out where nothing has ended. */
  readonly outcome?: Outcome;
}

/** What a hook that runs after something is told about it. */
export type Outcome =
  /** Of a task that completed: what it left. */
  | { readonly kind: 'completed'; readonly result: TaskResult }
  /** Of a task that failed: why, in words. */
  | { readonly kind: 'failed'; readonly error: string }
  /** Of a workflow: whether all went well, and how each task ended. */
  | {
      readonly kind: 'ended';
      readonly success: boolean;
      readonly results: Readonly<Record<string, TaskEnding>>;
    };

/** How a task ended, for the hook at the end of its workflow. */
export interface TaskEnding {
  readonly status: 'completed' | 'failed' | 'skipped' | 'interrupted';
  /** Why it did not complete; empty where it did. */
  readonly error: string;
  readonly message: string;
  readonly outputs: Readonly<Record<string, JsonValue>>;
}
