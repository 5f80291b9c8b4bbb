import { coerce, satisfies, validRange } from 'semver';
import { appendAll } from '../../model/appendAll.ts';
import { circles, shortestCycle } from '../../model/cycles.ts';
import { closure } from '../../model/graph.ts';
import { isReady } from './isReady.ts';
import { namesOf, type StackEdge, type StackGraph, type StackNode, within } from './StackGraph.ts';

/** Something that is wrong with how stacks need each other. */
export type DependencyFinding =
  | {
      readonly kind: 'cycle';
      /** From a stack back to itself. */
      readonly path: readonly string[];
      readonly edges: readonly StackEdge[];
    }
  | { readonly kind: 'missing'; readonly edge: StackEdge }
  | {
      /** No run of it has ended well so far. */
      readonly kind: 'not_run';
      readonly edge: StackEdge;
      /** Whether the project declares it: then it only has to be run. */
      readonly planned: boolean;
    }
  | {
      /** Its last run did not end well. */
      readonly kind: 'failed';
      readonly edge: StackEdge;
      readonly status: 'failed' | 'interrupted';
    }
  | {
      readonly kind: 'version';
      readonly edge: StackEdge;
      readonly range: string;
      readonly version: string;
    }
  | { readonly kind: 'output'; readonly edge: StackEdge; readonly output: string }
  | { readonly kind: 'unreadable'; readonly stack: string; readonly reason: string };

/**
 * Looks at a stack and all that it needs, or at all stacks; pure. The one answer that `stack deps check`,
 * `stack validate`, `run`, `up` and `why` give.
 */
export function checkDependencies(graph: StackGraph, stack: string | null): DependencyFinding[] {
  const all = namesOf(graph);
  const part = stack === null ? graph : within(graph, closure(all, [stack]));
  const names = namesOf(part);
  const findings: DependencyFinding[] = [];
  for (const members of circles(names)) {
    const path = beginningWith(shortestCycle(names, members), stack);
    const edges = path.slice(1).flatMap((to, index) => {
      return part.edges.get(path[index] ?? '')?.get(to) ?? [];
    });
    findings.push({ kind: 'cycle', path, edges });
  }
  for (const { name, problem } of part.nodes.values()) {
    if (problem !== '') findings.push({ kind: 'unreadable', stack: name, reason: problem });
    for (const edge of part.edges.get(name)?.values() ?? [])
      appendAll(findings, faultsOf(part, edge));
  }
  return findings;
}

/** What one stack lacks of another that it needs, as far as it can be told now; pure. */
export function faultsOf({ nodes }: StackGraph, edge: StackEdge): DependencyFinding[] {
  const to = nodes.get(edge.to);
  if (to === undefined || to.status === 'missing') return [{ kind: 'missing', edge }];
  return [...readinessOf(to, edge), ...versionsOf(to, edge), ...outputsOf(to, edge)];
}

function readinessOf(to: StackNode, edge: StackEdge): DependencyFinding[] {
  const { status } = to;
  if (status === 'failed' || status === 'interrupted') return [{ kind: 'failed', edge, status }];
  return isReady(to) ? [] : [{ kind: 'not_run', edge, planned: to.inProject }];
}

function versionsOf({ version, hasRun }: StackNode, edge: StackEdge): DependencyFinding[] {
  // Which version it will have is not known where neither a run nor a workflow says so.
  if (version === '' && !hasRun) return [];
  const ranges = new Set(edge.declarations.map(({ range }) => range));
  return [...ranges]
    .filter((range) => !isMet(version, range))
    .map((range) => ({ kind: 'version', edge, range, version }));
}

function outputsOf(to: StackNode, edge: StackEdge): DependencyFinding[] {
  if (!to.outputsKnown) return [];
  return edge.outputs
    .filter((output) => !to.outputs.includes(output))
    .map((output) => ({ kind: 'output', edge, output }));
}

/** Whether a version will do; `1.4` counts as 1.4.0, and no version as none that any range meets. */
export function isMet(version: string, range: string): boolean {
  if (range === '') return true;
  const found = coerce(version, { includePrerelease: true });
  return found !== null && satisfies(found, range, { includePrerelease: true });
}

/** Whether a text is a range of versions. */
export function isRange(range: string): boolean {
  return range === '' || validRange(range) !== null;
}

/** A cycle told from the stack that was asked about, where it is on it. */
function beginningWith(cycle: readonly string[], stack: string | null): string[] {
  const at = stack === null ? -1 : cycle.indexOf(stack);
  if (at <= 0) return [...cycle];
  return [...cycle.slice(at), ...cycle.slice(1, at + 1)];
}
