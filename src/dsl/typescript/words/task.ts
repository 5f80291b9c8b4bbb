import { referenceText } from '../../../model/reference.ts';
import type { RetryStrategy } from '../../../model/workflow.ts';
import { taskKeys } from '../../definition/buildTask.ts';
import { DRAFT, type TaskDraft } from '../Draft.ts';
import { definedAt } from '../definedAt.ts';
import { listed } from '../listed.ts';
import { strict } from '../strict.ts';
import type { FailureFunction, SuccessFunction, TaskFunction } from '../TaskFunction.ts';
import { toFields } from '../toFields.ts';
import type { Duration } from './duration.ts';
import type { Resource } from './resource.ts';

/** A function, or a command line for a shell whose exit status is the result. */
export type ActionInput = TaskFunction | string;
/** What happens after a task completed. */
export type SuccessInput = SuccessFunction | string;
/** What happens after a task failed, or took too long. */
export type FailureInput = FailureFunction | string;

/** Tasks and resources, by name or as themselves. */
export type TaskNames =
  | string
  | TaskBuilder
  | Resource
  | readonly (string | TaskBuilder | Resource)[];

/** The object form of a task: `task('build', { command: 'make', dependsOn: 'configure' })`. */
export interface TaskFields {
  readonly description?: string | undefined;
  readonly command?: ActionInput | undefined;
  /** Relative to the directory of the run. */
  readonly workdir?: string | undefined;
  readonly env?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly user?: string | number | undefined;
  /** For one attempt. */
  readonly timeout?: Duration | undefined;
  /** How often to try again after a failure. */
  readonly retries?: number | undefined;
  readonly retryStrategy?: RetryStrategy | undefined;
  readonly dependsOn?: TaskNames | undefined;
  /** The task is skipped where this says no. */
  readonly runIf?: ActionInput | undefined;
  /** The whole run ends where this says yes. */
  readonly abortIf?: ActionInput | undefined;
  readonly preHook?: ActionInput | undefined;
  readonly postHook?: ActionInput | undefined;
  readonly onSuccess?: SuccessInput | undefined;
  readonly onFailure?: FailureInput | undefined;
  readonly onTimeout?: FailureInput | undefined;
  /** Patterns of the files it produces, relative to its working directory. */
  readonly artifacts?: string | readonly string[] | undefined;
  /** Artifacts of earlier tasks that it needs in its working directory. */
  readonly consumes?: string | readonly string[] | undefined;
  readonly tags?: string | readonly string[] | undefined;
}

/** Says more about a task; each word returns the task, and a later word replaces an earlier one. */
export interface TaskBuilder {
  description(text: string): TaskBuilder;
  command(action: ActionInput): TaskBuilder;
  workdir(path: string): TaskBuilder;
  env(variables: Readonly<Record<string, string | number | boolean>>): TaskBuilder;
  /** A name or a number, also with a group: `deploy:ops`. */
  user(name: string | number): TaskBuilder;
  timeout(limit: Duration): TaskBuilder;
  retries(count: number, strategy?: RetryStrategy): TaskBuilder;
  dependsOn(...names: readonly TaskNames[]): TaskBuilder;
  runIf(condition: ActionInput): TaskBuilder;
  abortIf(condition: ActionInput): TaskBuilder;
  preHook(action: ActionInput): TaskBuilder;
  postHook(action: ActionInput): TaskBuilder;
  onSuccess(action: SuccessInput): TaskBuilder;
  onFailure(action: FailureInput): TaskBuilder;
  onTimeout(action: FailureInput): TaskBuilder;
  artifacts(...patterns: readonly (string | readonly string[])[]): TaskBuilder;
  consumes(...patterns: readonly (string | readonly string[])[]): TaskBuilder;
  tags(...tags: readonly (string | readonly string[])[]): TaskBuilder;
  /** Not needed; there for those who are used to it. */
  build(): TaskBuilder;
  /** Stands for an output of this task in the properties of a resource. */
  output(name: string): string;
  readonly [DRAFT]: TaskDraft;
}

/** Declares a task. It runs as a part of the workflows that list it. */
export function task(name: string, fields: TaskFields = {}): TaskBuilder {
  const at = definedAt();
  const given = toFields(`task '${name}'`, fields, taskKeys, at);
  const draft: TaskDraft = { kind: 'task', name, fields: given, at };
  const set = (key: (typeof taskKeys)[number], value: unknown): TaskBuilder => {
    draft.fields[key] = value;
    return builder;
  };
  const builder: TaskBuilder = strict(`task '${name}'`, {
    description: (text) => set('description', text),
    command: (action) => set('command', action),
    workdir: (path) => set('workdir', path),
    env: (variables) => set('env', variables),
    user: (user) => set('user', user),
    timeout: (limit) => set('timeout', limit),
    retries(count, strategy) {
      if (strategy !== undefined) set('retry_strategy', strategy);
      return set('retries', count);
    },
    dependsOn: (...names) => set('depends_on', listed(names)),
    runIf: (condition) => set('run_if', condition),
    abortIf: (condition) => set('abort_if', condition),
    preHook: (action) => set('pre_hook', action),
    postHook: (action) => set('post_hook', action),
    onSuccess: (action) => set('on_success', action),
    onFailure: (action) => set('on_failure', action),
    onTimeout: (action) => set('on_timeout', action),
    artifacts: (...patterns) => set('artifacts', listed(patterns)),
    consumes: (...patterns) => set('consumes', listed(patterns)),
    tags: (...tags) => set('tags', listed(tags)),
    build: () => builder,
    output: (output) => referenceText({ kind: 'output', of: name, name: output }),
    [DRAFT]: draft,
  });
  return builder;
}
