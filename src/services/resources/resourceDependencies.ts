import { addressOf, type WorkflowDefinition } from '../../model/workflow.ts';

/**
 * The resources that each resource of a workflow needs, directly or through tasks that stand between
 * them, by address; pure. What fixes or deletes objects later has no tasks to go by.
 */
export function resourceDependencies({
  tasks,
  resources,
}: Pick<WorkflowDefinition, 'tasks' | 'resources'>): Map<string, string[]> {
  const addresses = new Set(resources.map(addressOf));
  const needs = new Map(tasks.map(({ name, dependsOn }) => [name, dependsOn]));
  const throughTasks = new Map<string, readonly string[]>();
  const reached = (name: string): readonly string[] => {
    if (addresses.has(name)) return [name];
    const known = throughTasks.get(name);
    if (known !== undefined) return known;
    // A circle was refused before; this only keeps one from being walked for ever.
    throughTasks.set(name, []);
    const found = [...new Set((needs.get(name) ?? []).flatMap(reached))];
    throughTasks.set(name, found);
    return found;
  };
  return new Map(
    resources.map((each) => [addressOf(each), [...new Set(each.dependsOn.flatMap(reached))]]),
  );
}
