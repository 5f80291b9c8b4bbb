/** A directed graph: each node with the nodes it needs. Needs that are no nodes are ignored. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The nodes in groups, each needing only nodes of earlier groups (Kahn's algorithm, level by level).
 * Within a group the order is the graph's own. Nodes on a cycle, and those that need them, are left
 * out.
 */
export function topologicalGroups(graph: Graph): string[][] {
  const dependents = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const [node, needs] of graph) {
    const known = new Set(needs.filter((each) => graph.has(each)));
    missing.set(node, known.size);
    for (const need of known) {
      const list = dependents.get(need);
      if (list === undefined) dependents.set(need, [node]);
      else list.push(node);
    }
  }
  const groups: string[][] = [];
  let group = [...graph.keys()].filter((node) => missing.get(node) === 0);
  while (group.length > 0) {
    groups.push(group);
    const next: string[] = [];
    for (const node of group) {
      for (const dependent of dependents.get(node) ?? []) {
        const left = (missing.get(dependent) ?? 0) - 1;
        missing.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    group = next;
  }
  return groups;
}

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
