import { SlothError } from '../../errors/SlothError.ts';
import type {
  FunctionHandle,
  ResourceDefinition,
  TaskDefinition,
  WorkflowDefinition,
} from '../../model/workflow.ts';
import { buildResource } from '../definition/buildResource.ts';
import { buildTask, taskKeys } from '../definition/buildTask.ts';
import { buildWorkflow, configKeys, requirementKeys } from '../definition/buildWorkflow.ts';
import { type Draft, nameOf, resourceDraftOf, taskDraftOf, type WorkflowDraft } from './Draft.ts';
import type { TaskFunction } from './TaskFunction.ts';
import { toFields } from './toFields.ts';

/** Gives a function of a workflow its handle; the same function gets the same one. */
export type HandleOf = (action: TaskFunction) => FunctionHandle;

/**
 * The definitions of a file that has been read to its end, or a refusal with `workflow.invalid` at
 * the first mistake.
 */
export function finishDefinitions(
  drafts: readonly WorkflowDraft[],
  handleOf: HandleOf,
): WorkflowDefinition[] {
  return drafts.map((draft) => finishWorkflow(draft, handleOf));
}

function finishWorkflow(draft: WorkflowDraft, handleOf: HandleOf): WorkflowDefinition {
  const { name, at } = draft;
  const fields = { ...plainFields(draft, handleOf) };
  const config = fields['config'] ?? {};
  const requires = fields['requires'] ?? {};
  fields['config'] = toFields(`the config of workflow '${name}'`, config, configKeys, at);
  fields['requires'] = toFields(
    `the requirements of workflow '${name}'`,
    requires,
    requirementKeys,
    at,
  );
  return buildWorkflow({ name, fields, at }, finishTasks(draft, handleOf), finishResources(draft));
}

function finishResources(draft: WorkflowDraft): ResourceDefinition[] {
  const listed = draft.fields['resources'] ?? [];
  const items: unknown[] = Array.isArray(listed) ? Array.from(listed) : [listed];
  return items.map((item, index) => {
    const resource = resourceDraftOf(item);
    if (resource === undefined) return refuse(draft, `'${index}' in its resources is no resource`);
    const { type, name, fields, at } = resource;
    const named = {
      ...fields,
      ...('depends_on' in fields ? { depends_on: namesOf(fields['depends_on']) } : {}),
    };
    return buildResource(type, { name, fields: named, at });
  });
}

/** A list of tasks, or an object of tasks and their fields by name. */
function finishTasks(draft: WorkflowDraft, handleOf: HandleOf): TaskDefinition[] {
  const listed = draft.fields['tasks'] ?? [];
  if (typeof listed !== 'object') return refuse(draft, `its tasks are a ${typeof listed}`);
  // Not the entries of the list itself: those leave out its holes.
  const items: [string, unknown][] = Object.entries(
    Array.isArray(listed) ? Array.from(listed) : listed,
  );
  return items.map(([name, item]) => finishTask(draft, name, item, handleOf));
}

function finishTask(
  owner: WorkflowDraft,
  place: string,
  item: unknown,
  handleOf: HandleOf,
): TaskDefinition {
  const draft = taskDraftOf(item);
  if (draft !== undefined) {
    const { name, at } = draft;
    return buildTask({ name, fields: plainFields(draft, handleOf), at });
  }
  if (Array.isArray(owner.fields['tasks']) || typeof item !== 'object' || item === null) {
    return refuse(owner, `'${place}' in its tasks is no task`);
  }
  const inline: Draft = {
    name: place,
    fields: toFields(`task '${place}'`, item, taskKeys, owner.at),
    at: owner.at,
  };
  return buildTask({ ...inline, fields: plainFields(inline, handleOf) });
}

/** Fields with functions replaced by their handles and tasks by their names. */
function plainFields(draft: Draft, handleOf: HandleOf): Record<string, unknown> {
  const entries = Object.entries(draft.fields).map(([key, value]): [string, unknown] => {
    if (typeof value === 'function') return [key, handleOf(value as TaskFunction)];
    return [key, key === 'depends_on' ? namesOf(value) : value];
  });
  return Object.fromEntries(entries);
}

function namesOf(value: unknown): unknown {
  return Array.isArray(value) ? Array.from(value, nameOf) : nameOf(value);
}

function refuse(draft: WorkflowDraft, reason: string): never {
  throw new SlothError(
    'workflow.invalid',
    {
      reason: `workflow '${draft.name}': ${reason}`,
      hint: "list tasks: tasks: [task('build', { command: 'make' })]",
    },
    { source: draft.at },
  );
}
