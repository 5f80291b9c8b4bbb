import { declarationsOf } from '../../model/dependencyEntry.ts';
import type { DependencyDeclaration, DependencyEntry } from '../../model/entry.ts';
import type { Head, StackStatus } from '../../model/head.ts';
import type { StackEdge, StackGraph, StackNode } from './StackGraph.ts';

/** A stack as the store has it. */
export interface StoredStack {
  readonly head: Head;
  /** Its status; `interrupted` where what runs by its head is dead. */
  readonly status: StackStatus;
  /** Whether its content says which workflow made it. */
  readonly hasWorkflow: boolean;
  readonly dependencies: ReadonlyMap<string, DependencyEntry>;
  readonly outputs: readonly string[];
  readonly drifted: boolean;
  readonly durations: readonly number[];
}

/** A stack as the project declares it, or as a file that is about to run does. */
export interface DeclaredStack {
  readonly name: string;
  readonly inProject: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  /** What the project file says it needs, by name. */
  readonly dependsOn: ReadonlyMap<string, DependencyDeclaration>;
  /** Its workflow, or why it can't be read. */
  readonly workflow: DeclaredWorkflow | { readonly problem: string };
}

/** As much of a workflow as the graph needs. */
export interface DeclaredWorkflow {
  readonly version: string;
  /** The file it is in. */
  readonly file: string;
  readonly dependsOn: ReadonlyMap<string, DependencyDeclaration>;
  /** All that it will publish, where it says so. */
  readonly outputs: readonly string[] | null;
  readonly uses: readonly { readonly stack: string; readonly key: string }[];
}

/**
 * Puts together what the store knows, what the project declares, and who is stale; pure. Where a
 * workflow could be read, it says what the workflow declares; what the last run recorded of it is old.
 */
export function buildStackGraph(
  stored: readonly StoredStack[],
  declared: readonly DeclaredStack[],
  stale: ReadonlySet<string>,
): StackGraph {
  const edges = new Map<string, Map<string, StackEdge>>();
  const byName = new Map(declared.map((each) => [each.name, each]));
  const nodes = new Map<string, StackNode>();
  for (const each of stored) {
    const { name } = each.head;
    nodes.set(name, storedNode(each, byName.get(name), stale.has(name)));
    edges.set(name, edgesOf(name, each.dependencies, byName.get(name)));
  }
  for (const each of declared) {
    if (nodes.has(each.name)) continue;
    nodes.set(each.name, plannedNode(each));
    edges.set(each.name, edgesOf(each.name, new Map(), each));
  }
  for (const to of [...edges.values()].flatMap((each) => [...each.keys()])) {
    if (!nodes.has(to)) nodes.set(to, { ...plannedNode(undefined), name: to, status: 'missing' });
  }
  const sorted = [...nodes].sort(([a], [b]) => (a < b ? -1 : 1));
  return { nodes: new Map(sorted), edges };
}

function storedNode(
  { head, status, hasWorkflow, outputs, drifted, durations }: StoredStack,
  declared: DeclaredStack | undefined,
  stale: boolean,
): StackNode {
  const workflow = workflowOf(declared);
  // A content that an earlier version wrote doesn't say it.
  const hasRun = hasWorkflow || head.lastExecution?.status === 'success';
  return {
    name: head.name,
    status,
    // A stack that never ran has the version that it will have.
    version: head.version || (workflow?.version ?? ''),
    hasRun,
    inProject: declared?.inProject ?? false,
    stale,
    locked: head.lock !== null,
    drifted,
    description: head.description || (declared?.description ?? ''),
    tags: declared?.tags ?? [],
    outputs: [...new Set([...(workflow?.outputs ?? []), ...outputs])].sort(),
    outputsKnown: hasRun || workflow?.outputs != null,
    problem: problemOf(declared),
    durations,
  };
}

function plannedNode(declared: DeclaredStack | undefined): StackNode {
  const workflow = workflowOf(declared);
  return {
    name: declared?.name ?? '',
    status: 'planned',
    version: workflow?.version ?? '',
    hasRun: false,
    inProject: declared?.inProject ?? false,
    stale: false,
    locked: false,
    drifted: false,
    description: declared?.description ?? '',
    tags: declared?.tags ?? [],
    outputs: workflow?.outputs ?? [],
    outputsKnown: workflow?.outputs != null,
    problem: problemOf(declared),
    durations: [],
  };
}

function edgesOf(
  name: string,
  stored: ReadonlyMap<string, DependencyEntry>,
  declared: DeclaredStack | undefined,
): Map<string, StackEdge> {
  const workflow = workflowOf(declared);
  const uses = Map.groupBy(workflow?.uses ?? [], (use) => use.stack);
  const names = new Set([
    ...stored.keys(),
    ...(declared?.dependsOn.keys() ?? []),
    ...(workflow?.dependsOn.keys() ?? []),
    ...uses.keys(),
  ]);
  const edges = new Map<string, StackEdge>();
  for (const to of names) {
    const entry = stored.get(to);
    const known = entry === undefined ? [] : declarationsOf(entry);
    const declarations = known.filter(({ source }) => {
      if (source === 'workflow') return workflow === undefined;
      return source === 'hand' || declared === undefined;
    });
    const said = [workflow?.dependsOn.get(to), declared?.dependsOn.get(to)];
    const all = [...declarations, ...said.filter((each) => each !== undefined)];
    const used = [
      ...Object.keys(entry?.used?.outputs ?? {}),
      ...(uses.get(to) ?? []).map(({ key }) => key),
    ];
    if (all.length === 0 && used.length === 0) continue;
    const usedIn = uses.has(to) ? (workflow?.file ?? null) : null;
    const outputs = [...new Set(used)].sort();
    edges.set(to, { from: name, to, declarations: all, outputs, usedIn });
  }
  return edges;
}

function workflowOf(declared: DeclaredStack | undefined): DeclaredWorkflow | undefined {
  const workflow = declared?.workflow;
  return workflow === undefined || 'problem' in workflow ? undefined : workflow;
}

function problemOf(declared: DeclaredStack | undefined): string {
  const workflow = declared?.workflow;
  return workflow !== undefined && 'problem' in workflow ? workflow.problem : '';
}
