import { criticalPath, schedule } from '../../model/criticalPath.ts';
import { closure, topologicalGroups } from '../../model/graph.ts';
import { namesOf, type StackGraph, within } from './StackGraph.ts';

/** A place in the order. */
export interface OrderedStack {
  readonly stack: string;
  /** Why it stands there: what it needs, of those that were ordered. */
  readonly dependsOn: readonly string[];
  /** Whether it was asked for, or comes along because another needs it. */
  readonly asked: boolean;
}

/** How long something took, in milliseconds, by the history of executions. It promises nothing. */
export interface Estimate {
  /** Of a stack's runs; of several stacks, what their medians come to. */
  readonly median: number;
  /** As long as the slowest run of each took. */
  readonly slowest: number;
  /** How many runs it is made from: of the stack with the fewest, and of the one with the most. */
  readonly runs: { readonly fewest: number; readonly most: number };
}

/** In which order stacks run. */
export interface StackOrder {
  readonly order: readonly OrderedStack[];
  /** Those of a group may run at the same time. */
  readonly groups: readonly (readonly string[])[];
  /** One after the other; `null` where no stack of them has a history. */
  readonly series: Estimate | null;
  /** So many at a time. */
  readonly parallel: Estimate | null;
  readonly slots: number;
  /** The chain that takes longest. */
  readonly criticalPath: readonly string[];
  readonly critical: Estimate | null;
  /** Stacks without a history, which the estimates leave out. */
  readonly unknown: readonly string[];
}

/**
 * Orders stacks and all that they need; pure. The graph must have no cycle among them. Stacks that are
 * missing are left out.
 */
export function orderStacks(
  graph: StackGraph,
  asked: readonly string[],
  slots: number,
): StackOrder {
  const reached = closure(namesOf(graph), asked);
  const there = new Set([...reached].filter((name) => graph.nodes.get(name)?.status !== 'missing'));
  const part = within(graph, there);
  const names = namesOf(part);
  const groups = topologicalGroups(names);
  const estimates = new Map(
    [...part.nodes].map(([name, { durations }]) => [name, estimateOf(durations)]),
  );
  const known = [...estimates.values()].filter((each) => each !== null);
  type Length = 'median' | 'slowest';
  const cost = (which: Length) => (name: string) => estimates.get(name)?.[which] ?? 0;
  const counts = known.map(({ runs }) => runs.most);
  const runs = { fewest: Math.min(...counts), most: Math.max(...counts) };
  const both = (of: (which: Length) => number): Estimate | null =>
    known.length === 0 ? null : { median: of('median'), slowest: of('slowest'), runs };
  const longest = criticalPath(names, cost('median'));
  return {
    order: groups.flat().map((stack) => ({
      stack,
      dependsOn: names.get(stack) ?? [],
      asked: asked.includes(stack),
    })),
    groups,
    series: both((which) => known.reduce((sum, each) => sum + each[which], 0)),
    parallel: both((which) =>
      Math.max(0, ...schedule(names, cost(which), slots).map(({ end }) => end)),
    ),
    slots,
    criticalPath: known.length === 0 ? [] : longest.path,
    critical: both((which) => Math.max(0, ...criticalPath(names, cost(which)).height.values())),
    unknown: [...estimates].flatMap(([name, each]) => (each === null ? [name] : [])),
  };
}

/** What a history tells; `null` for none. */
export function estimateOf(durations: readonly number[]): Estimate | null {
  if (durations.length === 0) return null;
  const sorted = [...durations].sort((a, b) => a - b);
  const { length } = sorted;
  const median = sorted[Math.ceil(length / 2) - 1] ?? 0;
  return { median, slowest: sorted[length - 1] ?? 0, runs: { fewest: length, most: length } };
}
