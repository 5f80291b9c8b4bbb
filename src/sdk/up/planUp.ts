import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { closure } from '../../model/graph.ts';
import {
  checkDependencies,
  type DependencyFinding,
} from '../../services/deps/checkDependencies.ts';
import { describeFinding, stackOf } from '../../services/deps/describeFinding.ts';
import { namesOf, type StackGraph } from '../../services/deps/StackGraph.ts';
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
  // What those need that are not among the chosen ones has to be fit as well.
  const reached = closure(namesOf(graph), there);
  const findings = checkDependencies(graph, null).filter((each) => concerns(each, reached));
  const cycle = findings.find((each) => each.kind === 'cycle');
  if (cycle !== undefined) throw new SlothError('deps.cycle', { path: cycle.path });
  const faults = Map.groupBy(
    findings.filter((each) => !isMended(each, there)),
    stackOf,
  );
  const [first] = faults;
  if (first === undefined) return;
  const [stack, found] = first;
  const reasons = found.map((each) => describeFinding(each, stack));
  throw new SlothError('deps.unmet', { stack, reasons });
}

function concerns(finding: DependencyFinding, reached: ReadonlySet<string>): boolean {
  if (finding.kind === 'cycle') return finding.path.some((name) => reached.has(name));
  return reached.has(stackOf(finding));
}

/**
 * Whether running those that were chosen mends it: they will have run, and have another version and
 * other outputs then; that is looked at again before each of them begins.
 */
function isMended(finding: DependencyFinding, chosen: ReadonlySet<string>): boolean {
  switch (finding.kind) {
    case 'cycle':
    case 'unreadable':
    case 'missing':
      return false;
    default:
      return chosen.has(finding.edge.to);
  }
}
