import { type Graph, reversed, topologicalGroups } from './graph.ts';
import { createHeap } from './heap.ts';

/** What the longest way through a graph costs from each node to the nodes that need nothing more. */
export interface Heights {
  /** By node, its own cost included. */
  readonly height: ReadonlyMap<string, number>;
  /** The costliest way of all, from what needs nothing to what needs it. */
  readonly path: readonly string[];
}

/**
 * The critical path: the costliest chain of needs. `cost` is in any unit, never negative. Nodes on a
 * cycle, and what needs them, have no height.
 */
export function criticalPath(graph: Graph, cost: (node: string) => number): Heights {
  const height = new Map<string, number>();
  const before = new Map<string, string>();
  let last: string | undefined;
  for (const node of topologicalGroups(graph).flat()) {
    let most = 0;
    for (const need of graph.get(node) ?? []) {
      const found = height.get(need);
      if (found === undefined || (found <= most && before.has(node))) continue;
      most = found;
      before.set(node, need);
    }
    height.set(node, most + cost(node));
    if (last === undefined || (height.get(last) ?? 0) < most + cost(node)) last = node;
  }
  const path: string[] = [];
  for (let node = last; node !== undefined; node = before.get(node)) path.unshift(node);
  return { height, path };
}

/** A node with when it begins and ends. */
export interface Slot {
  readonly node: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * When each node would run with so many at a time, each as soon as its needs are done, the longest
 * remaining way first (list scheduling). The last end is the estimate for all of them.
 */
export function schedule(graph: Graph, cost: (node: string) => number, slots: number): Slot[] {
  const dependents = reversed(graph);
  const { height: remaining } = criticalPath(dependents, cost);
  const missing = new Map(
    [...graph].map(([node, needs]) => [
      node,
      new Set(needs.filter((each) => each !== node && graph.has(each))).size,
    ]),
  );
  const urgency = (node: string): number => remaining.get(node) ?? 0;
  const ready = createHeap<string>((a, b) => urgency(b) - urgency(a));
  for (const [node, count] of missing) if (count === 0) ready.add(node);
  const running = createHeap<Slot>((a, b) => a.end - b.end);
  const done: Slot[] = [];
  for (let now = 0; ; ) {
    while (running.size() < slots) {
      const node = ready.take();
      if (node === undefined) break;
      running.add({ node, begin: now, end: now + cost(node) });
    }
    const next = running.take();
    if (next === undefined) return done;
    now = next.end;
    done.push(next);
    for (const dependent of dependents.get(next.node) ?? []) {
      const left = (missing.get(dependent) ?? 0) - 1;
      missing.set(dependent, left);
      if (left === 0) ready.add(dependent);
    }
  }
}
