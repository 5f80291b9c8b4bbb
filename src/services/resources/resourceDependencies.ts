/** A task or a resource by its name, and what it needs. */
export interface NeedingNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/**
 * The resources that each resource of a workflow needs, directly or through tasks that stand between
 * them, by address; pure. What fixes or deletes objects later has no tasks to go by.
 */
export function resourceDependencies(
  tasks: readonly NeedingNode[],
  resources: readonly NeedingNode[],
): Map<string, string[]> {
  const addresses = new Set(resources.map((each) => each.name));
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
    resources.map(({ name, dependsOn }) => [name, [...new Set(dependsOn.flatMap(reached))]]),
  );
}
