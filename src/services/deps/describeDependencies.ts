import { closure, reversed } from '../../model/graph.ts';
import { depthOf } from './depthOf.ts';
import { namesOf, type StackGraph } from './StackGraph.ts';

/** What a stack needs, and who needs it. */
export interface StackDependencies {
  readonly stack: string;
  readonly direct: readonly string[];
  /** With the direct dependency that leads to it. */
  readonly indirect: readonly { readonly stack: string; readonly via: string }[];
  /** Stacks that need it directly. */
  readonly dependents: readonly string[];
  /** Direct and indirect ones. */
  readonly count: number;
  /** Edges of the longest way down; 0 for a stack that needs nothing. */
  readonly depth: number;
}

/** Describes one stack of a graph; pure. */
export function describeDependencies(graph: StackGraph, stack: string): StackDependencies {
  const names = namesOf(graph);
  const direct = names.get(stack) ?? [];
  const known = new Set([stack, ...direct]);
  const indirect: { stack: string; via: string }[] = [];
  for (const via of direct) {
    for (const each of [...closure(names, [via])].sort()) {
      if (known.has(each)) continue;
      known.add(each);
      indirect.push({ stack: each, via });
    }
  }
  return {
    stack,
    direct,
    indirect,
    dependents: (reversed(names).get(stack) ?? []).sort(),
    count: direct.length + indirect.length,
    depth: depthOf(names, stack),
  };
}
