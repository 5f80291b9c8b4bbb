import type { WorkflowDefinition } from '../model/workflow.ts';

const known = new WeakMap<WorkflowDefinition, ReadonlySet<string>>();

/**
 * The tasks of a workflow that others depend on. Only what these printed is kept for those others while
 * the run goes on: two hundred tasks that print a megabyte each would otherwise stay in memory to its end.
 */
export function neededTasks(definition: WorkflowDefinition): ReadonlySet<string> {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const needed = new Set(definition.tasks.flatMap(({ dependsOn }) => dependsOn));
  known.set(definition, needed);
  return needed;
}
