import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath, schedule } from './criticalPath.ts';
import { circles, findCycle, shortestCycle } from './cycles.ts';
import { closure, type Graph, reversed, topologicalGroups } from './graph.ts';

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

  test('circles are the sets of nodes that reach each other, each shown by a shortest cycle', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const naive = [...graph.keys()].filter((node) => reachable(graph, node).has(node));
        const found = circles(graph);
        expect(found.flat().sort()).toEqual(naive.sort());
        for (const members of found) {
          for (const a of members) {
            for (const b of members) expect(reachable(graph, a).has(b)).toBe(true);
          }
          const cycle = shortestCycle(graph, members);
          expect(cycle[0]).toBe(cycle.at(-1));
          for (const [index, node] of cycle.slice(0, -1).entries()) {
            expect(graph.get(node)).toContain(cycle[index + 1]);
          }
          const lengths = members.map((node) => stepsBack(graph, node));
          expect(cycle.length - 1).toBe(Math.min(...lengths));
        }
      }),
    );
  });

  test('a closure is what is reached; turned round, needs are dependents', () => {
    fc.assert(
      fc.property(graphs, fc.nat(14), (graph, n) => {
        const start = `n${n}`;
        fc.pre(graph.has(start));
        const found = [...closure(graph, [start])].filter((node) => graph.has(node));
        expect(found.sort()).toEqual([...new Set([start, ...reachable(graph, start)])].sort());
        for (const [node, dependents] of reversed(graph)) {
          for (const each of dependents) expect(graph.get(each)).toContain(node);
        }
      }),
    );
  });

  const costs = fc.array(fc.nat(9), { minLength: 15, maxLength: 15 });

  test('the critical path is the costliest chain of needs', () => {
    fc.assert(
      fc.property(acyclic, costs, (graph, list) => {
        const cost = costOf(list);
        const { height, path } = criticalPath(graph, cost);
        const naive = (node: string): number =>
          cost(node) + Math.max(0, ...(graph.get(node) ?? []).map(naive));
        for (const node of graph.keys()) expect(height.get(node)).toBe(naive(node));
        const most = Math.max(0, ...[...graph.keys()].map(naive));
        expect(path.reduce((sum, node) => sum + cost(node), 0)).toBe(most);
        for (const [index, node] of path.slice(1).entries()) {
          expect(graph.get(node)).toContain(path[index]);
        }
      }),
    );
  });

  test('a schedule runs everything once, after its needs, never more at a time than it may', () => {
    fc.assert(
      fc.property(acyclic, costs, fc.integer({ min: 1, max: 4 }), (graph, list, slots) => {
        const cost = costOf(list);
        const done = schedule(graph, cost, slots);
        expect(done.map((each) => each.node).sort()).toEqual([...graph.keys()].sort());
        const at = new Map(done.map((each) => [each.node, each]));
        for (const { node, begin, end } of done) {
          expect(end - begin).toBe(cost(node));
          for (const need of graph.get(node) ?? []) {
            expect(at.get(need)?.end ?? 0).toBeLessThanOrEqual(begin);
          }
          const busy = done.filter((each) => each.begin <= begin && each.end > begin);
          expect(busy.length).toBeLessThanOrEqual(slots);
        }
        const ends = Math.max(0, ...done.map((each) => each.end));
        const total = done.reduce((sum, each) => sum + cost(each.node), 0);
        const { height } = criticalPath(graph, cost);
        const longest = Math.max(0, ...height.values());
        expect(ends).toBeGreaterThanOrEqual(Math.max(longest, total / slots));
        // Graham's bound for list scheduling.
        expect(ends).toBeLessThanOrEqual(total / slots + longest);
      }),
    );
  });
});

/** Graphs in which nodes only need earlier ones. */
const acyclic = fc
  .array(fc.array(fc.nat(14), { maxLength: 4 }), { maxLength: 15 })
  .map((edges): Graph => {
    return new Map(
      edges.map((needs, n) => [`n${n}`, needs.filter((m) => m < n).map((m) => `n${m}`)]),
    );
  });

function costOf(list: readonly number[]): (node: string) => number {
  return (node) => list[Number(node.slice(1))] ?? 0;
}

/** Steps from a node back to itself, by widening a set. */
function stepsBack(graph: Graph, start: string): number {
  let reached = new Set(graph.get(start) ?? []);
  for (let steps = 1; steps <= graph.size; steps++) {
    if (reached.has(start)) return steps;
    reached = new Set([...reached].flatMap((node) => [...(graph.get(node) ?? [])]));
  }
  return Number.POSITIVE_INFINITY;
}
