import type { DependencyDeclaration } from '../../model/entry.ts';
import type { Graph } from '../../model/graph.ts';
import type { StackStatus } from '../../model/head.ts';

/** What becomes of a stack in a picture: its status, or that it isn't there. */
export type NodeStatus = StackStatus | 'planned' | 'missing';

/** A stack in the graph of all stacks. */
export interface StackNode {
  readonly name: string;
  /** `planned`: the project declares it and it never ran; `missing`: only others name it. */
  readonly status: NodeStatus;
  /** Empty where it has none. */
  readonly version: string;
  /** Whether what it has was made by a run that ended well; nobody can build on it before. */
  readonly hasRun: boolean;
  /** Whether the project declares it, so that `up` can run it. */
  readonly inProject: boolean;
  readonly stale: boolean;
  readonly locked: boolean;
  readonly drifted: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  /** Names of what it publishes, or says it will. */
  readonly outputs: readonly string[];
  /** Whether `outputs` is all there can be. */
  readonly outputsKnown: boolean;
  /** Why its workflow can't be read; empty where it can, or where none is known. */
  readonly problem: string;
  /** Milliseconds of its successful executions, newest first. */
  readonly durations: readonly number[];
}

/** That one stack needs another, with every place that says so. */
export interface StackEdge {
  readonly from: string;
  readonly to: string;
  readonly declarations: readonly DependencyDeclaration[];
  /** Names of the outputs that are used. */
  readonly outputs: readonly string[];
  /** The workflow file that uses them, where it is known. */
  readonly usedIn: string | null;
}

/** All stacks and what they need of each other; every edge's ends are nodes. */
export interface StackGraph {
  readonly nodes: ReadonlyMap<string, StackNode>;
  /** By the stack that needs, then by the one it needs. */
  readonly edges: ReadonlyMap<string, ReadonlyMap<string, StackEdge>>;
}

/** The graph without all but the names. */
export function namesOf({ nodes, edges }: StackGraph): Graph {
  return new Map(
    [...nodes.keys()].map((name) => [name, [...(edges.get(name)?.keys() ?? [])].sort()]),
  );
}

/** The graph of some of its stacks. */
export function within({ nodes, edges }: StackGraph, names: ReadonlySet<string>): StackGraph {
  return {
    nodes: new Map([...nodes].filter(([name]) => names.has(name))),
    edges: new Map(
      [...edges]
        .filter(([name]) => names.has(name))
        .map(([name, to]) => [name, new Map([...to].filter(([each]) => names.has(each)))]),
    ),
  };
}
