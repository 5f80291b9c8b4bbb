import type { Graph } from '../../model/graph.ts';

/**
 * The shortest circle that one more edge would close, from its stack back to itself (`a, b, c, a`);
 * `undefined` where there would be none; pure.
 */
export function circleClosedBy(graph: Graph, from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string>([[to, from]]);
  const open = [to];
  for (let at = 0; at < open.length && !cameFrom.has(from); at++) {
    const node = open[at] ?? '';
    for (const need of graph.get(node) ?? []) {
      if (cameFrom.has(need)) continue;
      cameFrom.set(need, node);
      open.push(need);
    }
  }
  if (to === from) return [from, from];
  if (!cameFrom.has(from)) return undefined;
  const path = [from];
  for (let node = cameFrom.get(from) ?? from; node !== from; node = cameFrom.get(node) ?? from) {
    path.unshift(node);
  }
  return [from, ...path];
}
