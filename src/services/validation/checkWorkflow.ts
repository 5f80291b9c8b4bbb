import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { findCycle } from '../../model/cycles.ts';
import { type Graph, topologicalGroups } from '../../model/graph.ts';
import { addressOf, type SourcePosition, type WorkflowDefinition } from '../../model/workflow.ts';

/** Something wrong with how the parts of a workflow fit together. */
export interface WorkflowFinding {
  readonly message: string;
  readonly hint: string;
  readonly at: SourcePosition;
}

/** A task or a resource, as a part of the graph that both form. */
interface Part {
  readonly what: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly at: SourcePosition;
}

/** Tasks by their names and resources by their addresses, in the order of the file. */
function partsOf({ tasks, resources }: WorkflowDefinition): Part[] {
  return [
    ...tasks.map(({ name, dependsOn, at }) => ({ what: `task '${name}'`, name, dependsOn, at })),
    ...resources.map((each) => {
      const name = addressOf(each);
      return { what: `resource '${name}'`, name, dependsOn: each.dependsOn, at: each.at };
    }),
  ];
}

/** The tasks and resources of a workflow, and what each needs. */
function graphOf(definition: WorkflowDefinition): Graph {
  return new Map(partsOf(definition).map((part) => [part.name, part.dependsOn]));
}

/** The tasks and resources that may be worked on at the same time, group by group. */
export function planGroups(definition: WorkflowDefinition): string[][] {
  return topologicalGroups(graphOf(definition));
}

/** All that is wrong with a workflow's tasks and resources taken together, in the order of the file. */
export function checkWorkflow(definition: WorkflowDefinition): WorkflowFinding[] {
  const parts = partsOf(definition);
  if (parts.length === 0) {
    const message = `workflow '${definition.name}' has no tasks`;
    return [{ message, hint: 'give it some: :tasks({ build, deploy })', at: definition.at }];
  }
  const findings = [...duplicates(parts), ...unknownDependencies(parts)];
  const cycle = findCycle(graphOf(definition));
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

function* duplicates(parts: readonly Part[]): Generator<WorkflowFinding> {
  const seen = new Map<string, Part>();
  for (const part of parts) {
    const first = seen.get(part.name);
    seen.set(part.name, part);
    if (first === undefined) continue;
    const message = `${part.what} is defined twice, first at line ${first.at.line}`;
    yield { message, hint: 'give one of them another name', at: part.at };
  }
}

function* unknownDependencies(parts: readonly Part[]): Generator<WorkflowFinding> {
  const names = parts.map((part) => part.name);
  const known = new Set(names);
  for (const part of parts) {
    for (const name of part.dependsOn) {
      if (known.has(name)) continue;
      const others = names.filter((each) => each !== part.name);
      const near = nearest(name, others);
      const message = `${part.what} depends on '${name}', which is no task or resource of this workflow`;
      const hint =
        near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'add it to the workflow';
      yield { message, hint, at: part.at };
    }
  }
}

function cycleFinding(definition: WorkflowDefinition, cycle: readonly string[]): WorkflowFinding {
  const first = partsOf(definition).find((part) => part.name === cycle[0]);
  return {
    message: `its tasks depend on each other in a circle: ${cycle.join(' -> ')}`,
    hint: `remove one of these dependencies, e.g. ${cycle.at(-2)} -> ${cycle.at(-1)}`,
    at: first?.at ?? definition.at,
  };
}
