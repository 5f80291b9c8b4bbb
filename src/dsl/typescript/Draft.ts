import type { SourcePosition } from '../../model/workflow.ts';

/**
 * A task or workflow as its file has declared it so far. Nothing is checked until the whole file
 * has been read, so that it does not matter in which order its author says things.
 */
export interface Draft {
  readonly name: unknown;
  /** Keys as the definitions of all languages have them (`depends_on`). */
  readonly fields: Record<string, unknown>;
  readonly at: SourcePosition;
}

/** A task under construction. */
export interface TaskDraft extends Draft {
  readonly kind: 'task';
}

/** A resource under construction. */
export interface ResourceDraft extends Draft {
  readonly kind: 'resource';
  readonly type: string;
}

/** A workflow under construction; `fields.tasks` holds what its author listed. */
export interface WorkflowDraft extends Draft {
  readonly kind: 'workflow';
}

/** Under this key a builder carries its draft, also across two copies of this module. */
export const DRAFT = Symbol.for('sloth-runner.draft');

/** What others can depend on: a task under construction, or a resource. */
export interface Named {
  readonly [DRAFT]: TaskDraft | ResourceDraft;
}

/** The draft of a task builder; `undefined` for anything else. */
export function taskDraftOf(value: unknown): TaskDraft | undefined {
  if (typeof value !== 'object' || value === null || !(DRAFT in value)) return undefined;
  const draft = value[DRAFT] as TaskDraft | ResourceDraft | WorkflowDraft;
  return draft.kind === 'task' ? draft : undefined;
}

/** The draft of a resource; `undefined` for anything else. */
export function resourceDraftOf(value: unknown): ResourceDraft | undefined {
  if (typeof value !== 'object' || value === null || !(DRAFT in value)) return undefined;
  const draft = value[DRAFT] as TaskDraft | ResourceDraft | WorkflowDraft;
  return draft.kind === 'resource' ? draft : undefined;
}

/** How a task or a resource is named in `dependsOn`; what is neither stays as it is. */
export function nameOf(value: unknown): unknown {
  const resource = resourceDraftOf(value);
  if (resource !== undefined) return `${resource.type}.${String(resource.name)}`;
  return taskDraftOf(value)?.name ?? value;
}
