/** The groups of nodes that can reach each other, each sorted; none where there is no circle (Tarjan). */
export function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const indices = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];

  function visit(node: string): number {
    const index = indices.size;
    indices.set(node, index);
    path.push(node);
    let low = index;
    for (const next of graph.get(node) ?? []) {
      if (!indices.has(next)) low = Math.min(low, visit(next));
      else if (path.includes(next)) low = Math.min(low, indices.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === index) {
      const group = path.splice(path.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return low;
  }

  for (const node of graph.keys()) if (!indices.has(node)) visit(node);
  return found;
}
