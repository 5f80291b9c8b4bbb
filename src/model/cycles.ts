import type { Graph } from './graph.ts';

/**
 * A cycle, from a node back to itself (`a, b, c, a`), or `undefined` when there is none. Walks
 * without recursion: a chain of 10,000 tasks must not overflow the stack.
 */
export function findCycle(graph: Graph): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  for (const start of graph.keys()) {
    if (state.has(start)) continue;
    const path: { readonly node: string; next: number }[] = [{ node: start, next: 0 }];
    state.set(start, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = (graph.get(top.node) ?? [])[top.next];
      top.next++;
      if (need === undefined) {
        state.set(top.node, 'done');
        path.pop();
      } else if (state.get(need) === 'open') {
        const from = path.findIndex((each) => each.node === need);
        return [...path.slice(from).map((each) => each.node), need];
      } else if (graph.has(need) && !state.has(need)) {
        state.set(need, 'open');
        path.push({ node: need, next: 0 });
      }
    }
  }
  return undefined;
}

/**
 * The sets of nodes that all need each other, directly or not (Tarjan's strongly connected components,
 * without recursion), each with more than one node or a node that needs itself.
 */
export function circles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  const enter = (node: string): { node: string; next: number } => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, next: 0 };
  };
  const lower = (node: string, to: number): void => {
    low.set(node, Math.min(low.get(node) ?? to, to));
  };
  for (const start of graph.keys()) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      const need = (graph.get(node) ?? [])[top.next++];
      if (need !== undefined) {
        if (!graph.has(need)) continue;
        if (!index.has(need)) path.push(enter(need));
        else if (onStack.has(need)) lower(node, index.get(need) ?? 0);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) lower(above.node, low.get(node) ?? 0);
      if (low.get(node) !== index.get(node)) continue;
      const members = stack.splice(stack.lastIndexOf(node));
      for (const each of members) onStack.delete(each);
      if (members.length > 1 || graph.get(node)?.includes(node)) found.push(members);
    }
  }
  return found;
}

/** A shortest way from a node back to itself within some nodes: `a, b, c, a`. */
export function shortestCycle(graph: Graph, members: readonly string[]): string[] {
  const within = new Set(members);
  let best: string[] = [];
  // Every cycle of the set has a node of it; a few of them are enough to find a short one.
  for (const start of members.slice(0, MOST_STARTS)) {
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (let at = 0; at < queue.length && !cameFrom.has(start); at++) {
      const node = queue[at] ?? '';
      for (const need of graph.get(node) ?? []) {
        if (!within.has(need) || cameFrom.has(need)) continue;
        cameFrom.set(need, node);
        queue.push(need);
      }
    }
    const cycle = [start];
    for (let node = cameFrom.get(start); node !== undefined; node = cameFrom.get(node)) {
      cycle.unshift(node);
      if (node === start) break;
    }
    if (best.length === 0 || cycle.length < best.length) best = cycle;
  }
  return best;
}

const MOST_STARTS = 50;
