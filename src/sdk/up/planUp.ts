import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import {
  checkDependencies,
  type DependencyFinding,
} from '../../services/deps/checkDependencies.ts';
import type { StackEdge, StackGraph } from '../../services/deps/StackGraph.ts';
import {
  type ChosenStack,
  type StackChoice,
  selectStacks,
} from '../../services/deps/selectStacks.ts';
import type { Project } from '../project/Project.ts';
import type { AnnouncedStack } from './UpMessage.ts';

/**
 * The stacks that a choice means, in any order, each with those it waits for. Rejects with
 * `project.unknown_stack`, `deps.cycle` or `deps.unmet`: a run over many stacks that can't end well is
 * not begun.
 */
export function planUp(
  graph: StackGraph,
  project: Project,
  choice: StackChoice,
): readonly AnnouncedStack[] {
  const names = new Set(project.stacks.keys());
  if (choice.by === 'names') for (const name of choice.names) assertInProject(project, name);
  const chosen = selectStacks(graph, names, choice);
  refuseFaults(graph, chosen);
  const there = new Set(chosen.map(({ stack }) => stack));
  return chosen.map(({ stack, reason }) => ({
    stack,
    reason,
    dependsOn: [...(graph.edges.get(stack)?.keys() ?? [])].filter((name) => there.has(name)).sort(),
  }));
}

/** Refuses a name that the project doesn't have. */
export function assertInProject({ stacks, file }: Project, stack: string): void {
  if (stacks.has(stack)) return;
  const near = nearest(stack, [...stacks.keys()]);
  throw new SlothError('project.unknown_stack', { stack, file, near });
}

function refuseFaults(graph: StackGraph, chosen: readonly ChosenStack[]): void {
  const there = new Set(chosen.map(({ stack }) => stack));
  const findings = checkDependencies(graph, null).filter((each) => concerns(each, there));
  const cycle = findings.find((each) => each.kind === 'cycle');
  if (cycle !== undefined) throw new SlothError('deps.cycle', { path: cycle.path });
  const faults = Map.groupBy(
    findings.flatMap((each) => describeFault(each, there)),
    ({ stack }) => stack,
  );
  const [first] = faults;
  if (first === undefined) return;
  const [stack, found] = first;
  throw new SlothError('deps.unmet', { stack, reasons: found.map(({ reason }) => reason) });
}

function concerns(finding: DependencyFinding, chosen: ReadonlySet<string>): boolean {
  if (finding.kind === 'cycle') return finding.path.some((name) => chosen.has(name));
  return chosen.has(finding.kind === 'unreadable' ? finding.stack : finding.edge.from);
}

/** What can't be mended by running those that were chosen. */
function describeFault(
  finding: DependencyFinding,
  chosen: ReadonlySet<string>,
): { readonly stack: string; readonly reason: string }[] {
  switch (finding.kind) {
    case 'unreadable':
      return [{ stack: finding.stack, reason: finding.reason }];
    case 'missing':
      return [{ stack: finding.edge.from, reason: `there is no stack '${finding.edge.to}'` }];
    case 'version':
      // It will have another version once it has run; it is looked at again then.
      return chosen.has(finding.edge.to) ? [] : [fault(finding.edge, unmetRange(finding))];
    case 'output':
      return chosen.has(finding.edge.to)
        ? []
        : [fault(finding.edge, `'${finding.edge.to}' has no output '${finding.output}'`)];
    case 'cycle':
      return [];
  }
}

/** How an unmet range is told. */
export function unmetRange({
  edge,
  range,
  version,
}: Extract<DependencyFinding, { kind: 'version' }>): string {
  return `'${edge.to}' is ${version === '' ? 'without a version' : version}, and ${range} is needed`;
}

function fault(
  edge: StackEdge,
  reason: string,
): { readonly stack: string; readonly reason: string } {
  return { stack: edge.from, reason };
}
