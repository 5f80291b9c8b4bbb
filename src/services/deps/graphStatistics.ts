import { circles } from '../../model/cycles.ts';
import { closure } from '../../model/graph.ts';
import { depthOf } from './depthOf.ts';
import { namesOf, type StackGraph, within } from './StackGraph.ts';

/** A graph in figures. */
export interface GraphStatistics {
  readonly nodes: number;
  readonly edges: number;
  /** Edges of the longest way down, as `describeDependencies` counts it for one stack. */
  readonly depth: number;
  readonly circular: number;
}

/**
 * Counts a graph; pure. Of a part of it that one stack was asked for with, what is drawn is counted, but
 * its depth and the circles are those of all that it needs: a circle that leaves the picture is one.
 */
export function graphStatistics(
  drawn: StackGraph,
  { whole = drawn, stack }: { readonly whole?: StackGraph; readonly stack?: string } = {},
): GraphStatistics {
  const all = namesOf(whole);
  const names = stack === undefined ? all : namesOf(within(whole, closure(all, [stack])));
  return {
    nodes: drawn.nodes.size,
    edges: [...drawn.edges.values()].reduce((sum, to) => sum + to.size, 0),
    depth: depthOf(names, stack),
    circular: circles(names).length,
  };
}
