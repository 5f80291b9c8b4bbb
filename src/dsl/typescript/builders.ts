import { SlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import type { SourcePosition } from '../../model/workflow.ts';
import type { RawDefinition } from '../definition/RawDefinition.ts';
import { findPosition } from './callerPosition.ts';
import { dslSlot } from './dslSlot.ts';

/** What a task function gets first: itself. */
export interface TaskSelf {
  readonly name: string;
  readonly description: string;
  readonly workflow: string;
  readonly stack: string;
  readonly execution: string;
  readonly attempt: number;
  readonly workdir: string;
}

/** What a dependency left: its outputs by name, beside its message and what it printed. */
export interface DependencyResult {
  readonly ok: true;
  readonly message: string;
  readonly output: string;
  readonly outputs: Readonly<Record<string, JsonValue>>;
  readonly [output: string]: unknown;
}

/**
 * What a task function may return: nothing or `true` for success, `false` for failure, the long form
 * `[ok, message, outputs]` or `{ ok, message, outputs }`, a text as a message, any other object as
 * outputs.
 */
export type TaskReturn =
  | undefined
  | boolean
  | string
  | readonly [boolean, string?, Record<string, JsonValue>?]
  | { readonly [key: string]: JsonValue };

/** The code of a task. */
export type TaskFunction = (
  self: TaskSelf,
  params: Readonly<Record<string, string>>,
  deps: Readonly<Record<string, DependencyResult>>,
) => TaskReturn | void | Promise<TaskReturn | void>;

/** A function of the workflow, or a command line for the shell. */
export type TaskAction = TaskFunction | string;

/** A task in its object form; the words are those of the Lua DSL, in camel case. */
export interface TaskOptions {
  description?: string;
  command?: TaskAction;
  workdir?: string;
  env?: Record<string, string>;
  user?: string;
  timeout?: string | number;
  retries?: number;
  retryStrategy?: 'fixed' | 'linear' | 'exponential';
  dependsOn?: string | string[];
  runIf?: TaskAction;
  abortIf?: TaskAction;
  preHook?: TaskAction;
  postHook?: TaskAction;
  onSuccess?: TaskAction;
  onFailure?: TaskAction;
  onTimeout?: TaskAction;
  artifacts?: string | string[];
  consumes?: string | string[];
  tags?: string | string[];
}

/** How a run of a workflow behaves. */
export interface WorkflowConfigOptions {
  timeout?: string | number;
  requireLock?: boolean;
  createSnapshot?: boolean;
  validateBefore?: boolean;
  detectDrift?: boolean;
  onFailure?: 'rollback' | 'keep';
  maxParallelTasks?: number;
}

/** A workflow in its object form. */
export interface WorkflowOptions {
  description?: string;
  version?: string;
  tasks?: TaskBuilder[];
  config?: WorkflowConfigOptions;
  dependsOn?: string | string[];
  requires?: { files?: string[]; programs?: string[]; env?: string[]; disk?: string };
  onStart?: TaskAction;
  onComplete?: TaskAction;
}

/** Collects what an author writes; the checking is done where both languages share it. */
class Builder {
  readonly raw: {
    readonly name: unknown;
    readonly fields: Record<string, unknown>;
    readonly at: SourcePosition;
  };

  constructor(name: unknown, options: object, at: SourcePosition) {
    this.raw = { name, fields: {}, at };
    for (const [key, value] of Object.entries(options)) this.set(key, value);
  }

  protected set(key: string, value: unknown): this {
    if (value !== undefined) this.raw.fields[snakeCase(key)] = value;
    return this;
  }

  /** Harmless: a definition is complete as it stands. */
  build(): this {
    return this;
  }

  description(text: string): this {
    return this.set('description', text);
  }
}

/** A task being defined. */
export class TaskBuilder extends Builder {
  command(action: TaskAction): this {
    return this.set('command', action);
  }
  workdir(path: string): this {
    return this.set('workdir', path);
  }
  env(variables: Record<string, string>): this {
    return this.set('env', variables);
  }
  user(name: string): this {
    return this.set('user', name);
  }
  timeout(duration: string | number): this {
    return this.set('timeout', duration);
  }
  retries(count: number, strategy?: 'fixed' | 'linear' | 'exponential'): this {
    return this.set('retries', count).set('retryStrategy', strategy);
  }
  dependsOn(...names: (string | string[])[]): this {
    return this.set('dependsOn', names.flat());
  }
  runIf(action: TaskAction): this {
    return this.set('runIf', action);
  }
  abortIf(action: TaskAction): this {
    return this.set('abortIf', action);
  }
  preHook(action: TaskAction): this {
    return this.set('preHook', action);
  }
  postHook(action: TaskAction): this {
    return this.set('postHook', action);
  }
  onSuccess(action: TaskAction): this {
    return this.set('onSuccess', action);
  }
  onFailure(action: TaskAction): this {
    return this.set('onFailure', action);
  }
  onTimeout(action: TaskAction): this {
    return this.set('onTimeout', action);
  }
  artifacts(...patterns: (string | string[])[]): this {
    return this.set('artifacts', patterns.flat());
  }
  consumes(...names: (string | string[])[]): this {
    return this.set('consumes', names.flat());
  }
  tags(...names: (string | string[])[]): this {
    return this.set('tags', names.flat());
  }
}

/** A workflow being defined; it is registered from the moment it exists. */
export class WorkflowBuilder extends Builder {
  version(text: string): this {
    return this.set('version', text);
  }
  tasks(...tasks: (TaskBuilder | TaskBuilder[])[]): this {
    return this.set('tasks', tasks.flat());
  }
  config(options: WorkflowConfigOptions): this {
    return this.set('config', options);
  }
  dependsOn(...stacks: (string | string[])[]): this {
    return this.set('dependsOn', stacks.flat());
  }
  requires(requirements: NonNullable<WorkflowOptions['requires']>): this {
    return this.set('requires', requirements);
  }
  onStart(action: TaskAction): this {
    return this.set('onStart', action);
  }
  onComplete(action: TaskAction): this {
    return this.set('onComplete', action);
  }
}

/** Defines a task. */
export function task(name: string, options: TaskOptions = {}): TaskBuilder {
  return new TaskBuilder(name, options, here());
}

/** Defines workflows. */
export const workflow = {
  define(name: string, options: WorkflowOptions = {}): WorkflowBuilder {
    const builder = new WorkflowBuilder(name, options, here());
    loadInProgress().push(builder.raw);
    return builder;
  },
};

function loadInProgress(): RawDefinition[] {
  const { loading } = dslSlot();
  if (loading !== null) return loading.workflows;
  const reason = 'workflow.define was called while no workflow file was being loaded';
  throw new SlothError('workflow.load_failed', { reason });
}

/** Where the author's line is: the first frame outside of this module, in or below the loaded file. */
function here(): SourcePosition {
  const { loading } = dslSlot();
  const stack = new Error().stack ?? '';
  const own = findPosition(stack, (file) => file === loading?.file);
  return own ?? { file: loading?.file ?? '', line: 1 };
}

/** The raw keys are the specification's: `dependsOn` is `depends_on`. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
