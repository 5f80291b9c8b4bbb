import { criticalPath } from '../../model/criticalPath.ts';
import { closure, type Graph, reversed } from '../../model/graph.ts';

/** How a node of a graph ended. */
export type NodeEnd =
  | { readonly status: 'done' }
  | { readonly status: 'failed' }
  /** Something it needs, directly or not, failed. */
  | { readonly status: 'skipped'; readonly because: string }
  /** It was not begun, because somebody stopped it all, or another failed. */
  | { readonly status: 'stopped' };

/** How to go through a graph. */
export interface GraphRun {
  readonly graph: Graph;
  /** The most at the same time. */
  readonly slots: number;
  /** How long a node takes, in any unit: the longest remaining way goes first. */
  readonly cost: (node: string) => number;
  /** Whether what doesn't need a failed node goes on. */
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  /** Resolves to whether it went well; rejects only where nothing can go on. */
  readonly run: (node: string) => Promise<boolean>;
  readonly onEnd: (node: string, end: NodeEnd) => void;
}

/**
 * Runs every node of a graph once, each as soon as those it needs are done, never group by group. Needs
 * that are no nodes count as done. The graph must have no cycle.
 */
export async function runInOrder(request: GraphRun): Promise<Map<string, NodeEnd>> {
  const { graph, slots, cost, keepGoing, signal, run, onEnd } = request;
  const dependents = reversed(graph);
  const { height: remaining } = criticalPath(dependents, cost);
  const missing = new Map(
    [...graph].map(([node, needs]) => [node, new Set(needs.filter((each) => graph.has(each)))]),
  );
  const ends = new Map<string, NodeEnd>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  function end(node: string, how: NodeEnd): void {
    ends.set(node, how);
    onEnd(node, how);
  }

  function next(): string | undefined {
    let best: string | undefined;
    for (const [node, needs] of missing) {
      if (needs.size > 0 || ends.has(node) || running.has(node)) continue;
      if (best === undefined || (remaining.get(node) ?? 0) > (remaining.get(best) ?? 0)) {
        best = node;
      }
    }
    return best;
  }

  async function begin(node: string): Promise<void> {
    const went = await run(node);
    running.delete(node);
    end(node, { status: went ? 'done' : 'failed' });
    for (const dependent of dependents.get(node) ?? []) {
      if (went) missing.get(dependent)?.delete(node);
    }
    if (went) return;
    for (const each of closure(dependents, [node])) {
      if (!ends.has(each)) end(each, { status: 'skipped', because: node });
    }
    if (!keepGoing) stopped = true;
  }

  for (;;) {
    while (!stopped && !signal.aborted && running.size < slots) {
      const node = next();
      if (node === undefined) break;
      running.set(node, begin(node));
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  for (const node of graph.keys()) if (!ends.has(node)) end(node, { status: 'stopped' });
  return ends;
}
