import type { JsonValue } from '../../model/json.ts';
import type { TaskContext, TaskEnding, TaskResult } from '../../model/workflow.ts';

/**
 * What a dependency left behind: its outputs by their names, beside its message, what it printed
 * (`output`), and all its outputs again under `outputs`, where no name can be in the way.
 */
export interface DependencyResult {
  readonly ok: true;
  readonly message: string;
  readonly output: string;
  readonly outputs: TaskResult['outputs'];
  readonly [name: string]: unknown;
}

/** What the tasks that this one depends on left behind, by name. */
export type Dependencies = Readonly<Record<string, DependencyResult>>;

/** Values of a task's own making that later tasks read; `undefined` members are left out. */
export type Outputs = { readonly [key: string]: JsonValue | undefined };

/**
 * What a task function may return:
 *
 * - nothing, or `true`: it succeeded; a text: it succeeded, and this is its message;
 * - `false`: it failed;
 * - `[ok, message?, outputs?]`, as Lua returns it, or `{ ok, message?, outputs? }`;
 * - the result of `exec.run`: success and message are those of the process;
 * - any other object: it succeeded, and these are its outputs.
 */
export type TaskReturn =
  | undefined
  | null
  | boolean
  | string
  | readonly [ok: boolean, message?: string, outputs?: Outputs]
  | { readonly ok: boolean; readonly message?: string; readonly outputs?: Outputs }
  | Outputs;

/** The code that runs after a task completed: it is told what the task left, as others that need it are. */
export type SuccessFunction = (
  output: DependencyResult,
  self: TaskContext,
  params: Readonly<Record<string, string>>,
  deps: Dependencies,
) => TaskReturn | void | Promise<TaskReturn | void>;

/** The code that runs after a task failed, or took too long: it is told why, in words. */
export type FailureFunction = (
  error: string,
  self: TaskContext,
  params: Readonly<Record<string, string>>,
  deps: Dependencies,
) => TaskReturn | void | Promise<TaskReturn | void>;

/** The code at the end of a workflow: it is told whether all went well, and how each task ended. */
export type CompleteFunction = (
  success: boolean,
  results: Readonly<Record<string, TaskEnding>>,
  self: TaskContext,
  params: Readonly<Record<string, string>>,
) => TaskReturn | void | Promise<TaskReturn | void>;

/** The code of a task, a condition or a hook. */
export type TaskFunction = (
  self: TaskContext,
  params: Readonly<Record<string, string>>,
  deps: Dependencies,
) => TaskReturn | void | Promise<TaskReturn | void>;
