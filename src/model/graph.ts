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

/** The nodes that are needed, directly or not, by some; with them. In the order they were found. */
export function closure(graph: Graph, from: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const need of graph.get(node) ?? []) if (!found.has(need)) open.push(need);
  }
  return found;
}

/** The graph with every edge turned round: each node with the nodes that need it. */
export function reversed(graph: Graph): Map<string, string[]> {
  const dependents = new Map<string, string[]>([...graph.keys()].map((node) => [node, []]));
  for (const [node, needs] of graph) {
    for (const need of new Set(needs)) dependents.get(need)?.push(node);
  }
  return dependents;
}
