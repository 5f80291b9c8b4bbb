import { closure, type Graph, topologicalGroups } from '../../model/graph.ts';

/**
 * Edges of the longest way down from a stack, or from any; 0 for one that needs nothing; pure. A circle
 * has no bottom: as deep as there are stacks on the way.
 */
export function depthOf(graph: Graph, stack?: string): number {
  const reached = stack === undefined ? new Set(graph.keys()) : closure(graph, [stack]);
  const part = new Map([...graph].filter(([name]) => reached.has(name)));
  const groups = topologicalGroups(part);
  if (stack !== undefined) {
    const level = groups.findIndex((group) => group.includes(stack));
    return level === -1 ? reached.size : level;
  }
  const ordered = new Set(groups.flat());
  const left = [...part.keys()].filter((name) => !ordered.has(name));
  return left.length > 0 ? closure(part, left).size : Math.max(0, groups.length - 1);
}
