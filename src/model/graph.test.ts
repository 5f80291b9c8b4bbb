import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCycle, type Graph, topologicalGroups } from './graph.ts';

const graphs = fc
  .array(fc.array(fc.nat(14), { maxLength: 4 }), { maxLength: 15 })
  .map((edges): Graph => new Map(edges.map((needs, n) => [`n${n}`, needs.map((m) => `n${m}`)])));

/** Everything a node needs, directly or not, by plain search. */
function reachable(graph: Graph, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const need of graph.get(node) ?? []) {
      if (graph.has(need) && !seen.has(need)) {
        seen.add(need);
        open.push(need);
      }
    }
  }
  return seen;
}

describe('graphs against a naive search', () => {
  test('a cycle is found exactly when some node needs itself in the end', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const cyclic = [...graph.keys()].some((node) => reachable(graph, node).has(node));
        const cycle = findCycle(graph);
        expect(cycle !== undefined).toBe(cyclic);
        if (cycle === undefined) return;
        expect(cycle[0]).toBe(cycle.at(-1));
        expect(cycle.length).toBeGreaterThan(1);
        for (const [index, node] of cycle.slice(0, -1).entries()) {
          expect(graph.get(node)).toContain(cycle[index + 1]);
        }
      }),
    );
  });

  test('groups hold every node that no cycle holds back, as early as it can be', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const groups = topologicalGroups(graph);
        const level = new Map(
          groups.flatMap((group, n) => group.map((node) => [node, n] as const)),
        );
        for (const [node, needs] of graph) {
          const blocked = [node, ...reachable(graph, node)].some((each) =>
            reachable(graph, each).has(each),
          );
          expect(level.has(node)).toBe(!blocked);
          if (blocked) continue;
          const known = needs
            .filter((need) => graph.has(need))
            .map((need) => level.get(need) ?? -1);
          expect(level.get(node)).toBe(Math.max(-1, ...known) + 1);
        }
      }),
    );
  });

  test('a chain of 100,000 overflows nothing', () => {
    const chain: Graph = new Map(
      Array.from({ length: 100_000 }, (_, n) => [`n${n}`, n === 0 ? [] : [`n${n - 1}`]]),
    );
    expect(findCycle(chain)).toBeUndefined();
    expect(topologicalGroups(chain).length).toBe(100_000);
  });
});
