import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { findCycle, type Graph, topologicalGroups } from '../../model/graph.ts';
import type { SourcePosition, TaskDefinition, WorkflowDefinition } from '../../model/workflow.ts';

/** Something wrong with how the tasks of a workflow fit together. */
export interface WorkflowFinding {
  readonly message: string;
  readonly hint: string;
  readonly at: SourcePosition;
}

/** The tasks of a workflow and what each needs, artifacts of others included. */
export function taskGraph(definition: WorkflowDefinition): Graph {
  return new Map(definition.tasks.map((task) => [task.name, task.dependsOn]));
}

/** The tasks that may run at the same time, group by group. */
export function planGroups(definition: WorkflowDefinition): string[][] {
  return topologicalGroups(taskGraph(definition));
}

/** All that is wrong with a workflow's tasks taken together, in the order of the file. */
export function checkWorkflow(definition: WorkflowDefinition): WorkflowFinding[] {
  const { tasks } = definition;
  if (tasks.length === 0) {
    const message = `workflow '${definition.name}' has no tasks`;
    return [{ message, hint: 'give it some: :tasks({ build, deploy })', at: definition.at }];
  }
  const findings = [...duplicates(tasks), ...unknownDependencies(tasks)];
  const cycle = findCycle(taskGraph(definition));
  if (cycle !== undefined) findings.push(cycleFinding(definition, cycle));
  return findings;
}

/** Refuses a workflow with anything wrong, with `workflow.invalid` at the first finding's line. */
export function assertWorkflow(definition: WorkflowDefinition): void {
  const [first] = checkWorkflow(definition);
  if (first === undefined) return;
  const { message: reason, hint, at } = first;
  throw new SlothError('workflow.invalid', { reason, hint }, { source: at });
}

function* duplicates(tasks: readonly TaskDefinition[]): Generator<WorkflowFinding> {
  const seen = new Map<string, TaskDefinition>();
  for (const task of tasks) {
    const first = seen.get(task.name);
    seen.set(task.name, task);
    if (first === undefined) continue;
    const message = `task '${task.name}' is defined twice, first at line ${first.at.line}`;
    yield { message, hint: 'give one of them another name', at: task.at };
  }
}

function* unknownDependencies(tasks: readonly TaskDefinition[]): Generator<WorkflowFinding> {
  const names = tasks.map((task) => task.name);
  const known = new Set(names);
  for (const task of tasks) {
    for (const name of task.dependsOn) {
      if (known.has(name)) continue;
      const near = nearest(name, names);
      const message = `task '${task.name}' depends on '${name}', which is not a task of this workflow`;
      const hint =
        near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'add that task to the workflow';
      yield { message, hint, at: task.at };
    }
  }
}

function cycleFinding(definition: WorkflowDefinition, cycle: readonly string[]): WorkflowFinding {
  const first = definition.tasks.find((task) => task.name === cycle[0]);
  return {
    message: `its tasks depend on each other in a circle: ${cycle.join(' -> ')}`,
    hint: `remove one of these dependencies, e.g. ${cycle.at(-2)} -> ${cycle.at(-1)}`,
    at: first?.at ?? definition.at,
  };
}
