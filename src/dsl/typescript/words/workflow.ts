import { SlothError } from '../../../errors/SlothError.ts';
import { workflowKeys } from '../../definition/buildWorkflow.ts';
import { DRAFT, type WorkflowDraft } from '../Draft.ts';
import { definedAt } from '../definedAt.ts';
import { listed } from '../listed.ts';
import { currentScope } from '../Scope.ts';
import { strict } from '../strict.ts';
import type { CompleteFunction } from '../TaskFunction.ts';
import { toFields } from '../toFields.ts';
import type { Duration } from './duration.ts';
import type { Resource } from './resource.ts';
import type { ActionInput, TaskBuilder, TaskFields } from './task.ts';

/** How a run of the workflow behaves; what is left out comes from the program's configuration. */
export interface WorkflowSettings {
  /** For the whole run. */
  readonly timeout?: Duration | undefined;
  readonly requireLock?: boolean | undefined;
  readonly createSnapshot?: boolean | undefined;
  readonly validateBefore?: boolean | undefined;
  readonly detectDrift?: boolean | undefined;
  /** `rollback` sets state and outputs back to what they were before the run. */
  readonly onFailure?: 'rollback' | 'keep' | undefined;
  readonly maxParallelTasks?: number | undefined;
}

/** What must exist before the workflow may start. */
export interface RequirementFields {
  readonly files?: string | readonly string[] | undefined;
  readonly programs?: string | readonly string[] | undefined;
  readonly env?: string | readonly string[] | undefined;
  /** Free space, as `"100MB"`. */
  readonly disk?: string | undefined;
}

/** What happens at the end of a workflow. */
export type CompleteInput = CompleteFunction | string;

/** Tasks of a workflow: a list, or an object of them by name. */
export type TaskList = readonly TaskBuilder[] | Readonly<Record<string, TaskBuilder | TaskFields>>;

/** The object form of a workflow: `workflow.define('deploy', { tasks: [build, publish] })`. */
export interface WorkflowFields {
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly tasks?: TaskList | undefined;
  readonly resources?: readonly Resource[] | undefined;
  readonly config?: WorkflowSettings | undefined;
  /** Stacks that this one needs, by name. */
  readonly dependsOn?: string | readonly string[] | undefined;
  /** Everything that it publishes: an output that others use can then not go unnoticed. */
  readonly outputs?: string | readonly string[] | undefined;
  readonly requires?: RequirementFields | undefined;
  readonly onStart?: ActionInput | undefined;
  readonly onComplete?: CompleteInput | undefined;
}

/** Says more about a workflow; each word returns the workflow. */
export interface WorkflowBuilder {
  description(text: string): WorkflowBuilder;
  version(version: string): WorkflowBuilder;
  tasks(tasks: TaskList): WorkflowBuilder;
  resources(resources: readonly Resource[]): WorkflowBuilder;
  config(settings: WorkflowSettings): WorkflowBuilder;
  dependsOn(...stacks: readonly (string | readonly string[])[]): WorkflowBuilder;
  outputs(...names: readonly (string | readonly string[])[]): WorkflowBuilder;
  requires(requirements: RequirementFields): WorkflowBuilder;
  onStart(action: ActionInput): WorkflowBuilder;
  onComplete(action: CompleteInput): WorkflowBuilder;
  /** Not needed; there for those who are used to it. */
  build(): WorkflowBuilder;
  readonly [DRAFT]: WorkflowDraft;
}

/** Workflows. */
export const workflow = strict('workflow', {
  /** Declares a workflow, which is registered with that: the file can be run by its name. */
  define(name: string, fields: WorkflowFields = {}): WorkflowBuilder {
    const at = definedAt();
    const given = toFields(`workflow '${name}'`, fields, workflowKeys, at);
    const draft: WorkflowDraft = { kind: 'workflow', name, fields: given, at };
    register(draft);
    const set = (key: (typeof workflowKeys)[number], value: unknown): WorkflowBuilder => {
      draft.fields[key] = value;
      return builder;
    };
    const builder: WorkflowBuilder = strict(`workflow '${name}'`, {
      description: (text) => set('description', text),
      version: (version) => set('version', version),
      tasks: (tasks) => set('tasks', tasks),
      resources: (resources) => set('resources', resources),
      config: (settings) => set('config', settings),
      dependsOn: (...stacks) => set('depends_on', listed(stacks)),
      outputs: (...names) => set('outputs', listed(names)),
      requires: (requirements) => set('requires', requirements),
      onStart: (action) => set('on_start', action),
      onComplete: (action) => set('on_complete', action),
      build: () => builder,
      [DRAFT]: draft,
    });
    return builder;
  },
});

/** Without a load under way the file was imported by something else, a unit test say: no harm. */
function register(draft: WorkflowDraft): void {
  const scope = currentScope();
  if (scope === undefined) return;
  if (scope.defined === null || scope.ended) {
    const details = {
      reason: 'a workflow was defined while a task runs',
      hint: 'define it at the top level of its file',
    };
    throw new SlothError('workflow.invalid', details, { source: draft.at });
  }
  scope.defined.push(draft);
}
