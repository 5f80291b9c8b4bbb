import { coerce, satisfies, validRange } from 'semver';
import { circles, shortestCycle } from '../../model/cycles.ts';
import { closure } from '../../model/graph.ts';
import { namesOf, type StackEdge, type StackGraph, within } from './StackGraph.ts';

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
      readonly kind: 'version';
      readonly edge: StackEdge;
      readonly range: string;
      readonly version: string;
    }
  | { readonly kind: 'output'; readonly edge: StackEdge; readonly output: string }
  | { readonly kind: 'unreadable'; readonly stack: string; readonly reason: string };

/** Looks at a stack and all that it needs, or at all stacks; pure. */
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
    for (const edge of part.edges.get(name)?.values() ?? []) findings.push(...faultsOf(part, edge));
  }
  return findings;
}

/** What one stack lacks of those it needs, as far as it can be told now. */
export function faultsOf({ nodes }: StackGraph, edge: StackEdge): DependencyFinding[] {
  const to = nodes.get(edge.to);
  if (to === undefined || to.status === 'missing') return [{ kind: 'missing', edge }];
  const ranges = new Set(
    edge.declarations.map(({ range }) => range).filter((range) => range !== ''),
  );
  const unmet = [...ranges]
    .filter((range) => !isMet(to.version, range))
    .map((range): DependencyFinding => ({ kind: 'version', edge, range, version: to.version }));
  const outputs = to.outputsKnown
    ? edge.outputs.filter((output) => !to.outputs.includes(output))
    : [];
  return [
    ...unmet,
    ...outputs.map((output): DependencyFinding => ({ kind: 'output', edge, output })),
  ];
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
