import type { StackEdge, StackGraph, StackNode } from '../StackGraph.ts';

/** A stack of the project whose last run ended well, for tests that care about a few of its facts. */
export function sketchNode(name: string, facts: Partial<StackNode> = {}): StackNode {
  return {
    name,
    status: 'completed',
    version: '1.0.0',
    hasRun: true,
    inProject: true,
    stale: false,
    locked: false,
    drifted: false,
    description: '',
    tags: [],
    outputs: [],
    outputsKnown: false,
    problem: '',
    durations: [],
    ...facts,
  };
}

/** As `sketchNode`: that one stack needs another, as somebody said by hand. */
export function sketchEdge(from: string, to: string, facts: Partial<StackEdge> = {}): StackEdge {
  const declarations = [{ source: 'hand' as const, by: 'ann', range: '', at: null }];
  return { from, to, declarations, outputs: [], usedIn: null, ...facts };
}

/** The graph of `app: ['web', 'db']`; `nodes` and `edges` say what is not as usual. */
export function sketchGraph(
  needs: Readonly<Record<string, readonly string[]>>,
  nodes: Readonly<Record<string, Partial<StackNode>>> = {},
  edges: readonly StackEdge[] = [],
): StackGraph {
  const special = new Map(edges.map((each) => [`${each.from} ${each.to}`, each]));
  const names = Object.keys(needs);
  return {
    nodes: new Map(names.map((name) => [name, sketchNode(name, nodes[name])])),
    edges: new Map(
      names.map((from) => [
        from,
        new Map(
          (needs[from] ?? []).map((to) => {
            return [to, special.get(`${from} ${to}`) ?? sketchEdge(from, to)];
          }),
        ),
      ]),
    ),
  };
}
