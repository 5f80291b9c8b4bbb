import { circles } from '../../model/cycles.ts';
import { topologicalGroups } from '../../model/graph.ts';
import { namesOf, type StackGraph } from './StackGraph.ts';

/** A graph in figures. */
export interface GraphStatistics {
  readonly nodes: number;
  readonly edges: number;
  /** Layers, from what needs nothing to what nothing needs. */
  readonly depth: number;
  readonly circular: number;
}

/** Counts a graph; pure. */
export function graphStatistics(graph: StackGraph): GraphStatistics {
  const names = namesOf(graph);
  return {
    nodes: graph.nodes.size,
    edges: [...graph.edges.values()].reduce((sum, to) => sum + to.size, 0),
    depth: topologicalGroups(names).length,
    circular: circles(names).length,
  };
}
