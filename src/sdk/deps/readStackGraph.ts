import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { describeError, isSlothError } from '../../errors/SlothError.ts';
import { parseDependency } from '../../model/dependency.ts';
import type { DependencyDeclaration, ExecutionEntry } from '../../model/entry.ts';
import { executionNumber } from '../../model/executionId.ts';
import {
  buildStackGraph,
  type DeclaredStack,
  type DeclaredWorkflow,
  type StoredStack,
} from '../../services/deps/buildStackGraph.ts';
import type { StackGraph, StackNode } from '../../services/deps/StackGraph.ts';
import { isInterrupted } from '../../services/executions/recovery.ts';
import type { LoadedWorkflow, LoadWorkflowFile } from '../loadWorkflow.ts';
import type { Project, ProjectStack } from '../project/Project.ts';
import { requestFor } from '../project/requestFor.ts';

/** What the graph is read for: the more, the more is read. */
export interface GraphWish {
  /** How long executions took. */
  readonly history?: boolean;
  /** Whether objects have drifted, by the last look at them. */
  readonly drift?: boolean;
}

/** The stack to begin at, and what is known of it already. */
export interface GraphStart {
  readonly stack: string;
  /** What its loaded workflow declares; what the project's says where it is left out. */
  readonly declared?: DeclaredStack;
}

/** Executions that an estimate is made from. */
const REMEMBERED = 20;

/** Reads the graph of all stacks: what the store has, and what the project and its workflows say. */
export async function readStackGraph(
  context: EngineContext,
  project: Project | null,
  load: LoadWorkflowFile,
  wish: GraphWish = {},
): Promise<StackGraph> {
  const heads = await context.backend.list();
  const now = await context.backend.now();
  const stored = await Promise.all(
    heads.map((head) => readStored(context, { lineage: head.lineage }, wish, now)),
  );
  const declared = await Promise.all(
    [...(project?.stacks.values() ?? [])].map((stack) => readDeclared(stack, load)),
  );
  const stale = new Set((await context.backend.staleUses()).map((use) => use.stack));
  return buildStackGraph(
    stored.filter((each) => each !== undefined),
    declared,
    stale,
  );
}

/**
 * As `readStackGraph`, of one stack and all that it needs, and reading no more than that: a run asks for
 * it each time. Nothing in it is told to be stale.
 */
export async function readStackNeeds(
  context: EngineContext,
  project: Project | null,
  load: LoadWorkflowFile,
  start: GraphStart,
): Promise<StackGraph> {
  const now = await context.backend.now();
  const stored: StoredStack[] = [];
  const declared: DeclaredStack[] = [];
  const read = new Set<string>();
  const readOne = async (name: string): Promise<void> => {
    const found = await readStored(context, { name }, {}, now);
    if (found !== undefined) stored.push(found);
    const inProject = project?.stacks.get(name);
    const known = name === start.stack ? start.declared : undefined;
    if (known !== undefined) declared.push(known);
    else if (inProject !== undefined) declared.push(await readDeclared(inProject, load));
  };
  for (let open = [start.stack]; ; ) {
    for (const name of open) read.add(name);
    await Promise.all(open.map(readOne));
    const graph = buildStackGraph(stored, declared, new Set());
    open = [...graph.nodes.keys()].filter((name) => !read.has(name));
    if (open.length === 0) return graph;
  }
}

/** Stacks of a graph as they are by now: others may have run them since. */
export async function readNodes(
  context: EngineContext,
  names: readonly string[],
  { nodes }: StackGraph,
): Promise<ReadonlyMap<string, StackNode>> {
  const now = await context.backend.now();
  const stored = await Promise.all(names.map((name) => readStored(context, { name }, {}, now)));
  const there = stored.filter((each) => each !== undefined);
  const fresh = buildStackGraph(there, [], new Set()).nodes;
  return new Map(
    names.flatMap((name) => {
      const [before, after] = [nodes.get(name), fresh.get(name)];
      if (after === undefined || before === undefined) return [];
      const version = after.version || before.version;
      return [[name, { ...after, version, inProject: before.inProject }]];
    }),
  );
}

async function readStored(
  { backend, probe }: EngineContext,
  stack: { readonly lineage: string } | { readonly name: string },
  { history = false, drift = false }: GraphWish,
  now: number,
): Promise<StoredStack | undefined> {
  const view = await backend.read(stack, [
    { kind: 'dependency' },
    { kind: 'output' },
    { kind: 'workflow' },
    ...(history ? [{ kind: 'execution' as const }] : []),
    ...(drift ? [{ kind: 'drift' as const }] : []),
  ]);
  if (view === undefined) return undefined;
  const { head, content } = view;
  return {
    head,
    // Whoever looks first finds the crash: what a killed run left is no stack that runs.
    status: isInterrupted(head, now, probe) ? 'interrupted' : head.status,
    hasWorkflow: content.workflow.size > 0,
    dependencies: content.dependency,
    outputs: [...content.output.keys()],
    drifted: [...content.drift.values()].some(
      ({ status }) => status === 'modified' || status === 'deleted',
    ),
    durations: durationsOf(content.execution),
  };
}

function durationsOf(executions: ReadonlyMap<string, ExecutionEntry>): number[] {
  return [...executions]
    .sort(([a], [b]) => executionNumber(b) - executionNumber(a))
    .flatMap(([, { status, startedAt, endedAt }]) =>
      status === 'success' && endedAt !== null ? [endedAt - startedAt] : [],
    )
    .slice(0, REMEMBERED);
}

/** What the project says of a stack, and its workflow; one that can't be read is told, not fatal. */
async function readDeclared(stack: ProjectStack, load: LoadWorkflowFile): Promise<DeclaredStack> {
  const { name, description, tags } = stack;
  const plain = { name, description, tags, dependsOn: projectDeclarations(stack), inProject: true };
  try {
    const request = { ...requestFor(stack), report: () => {}, unknown: () => 'always' as const };
    const loaded = await load(request);
    await loaded.program.close();
    return { ...plain, workflow: declaredWorkflow(loaded) };
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { what, why } = describeError(error);
    return { ...plain, workflow: { problem: why === '' ? what : `${what}: ${why}` } };
  }
}

/** What a stack declares by the workflow that is to run on it; by the project, too, where it is there. */
export function declaredStack(
  name: string,
  loaded: LoadedWorkflow,
  project: Project | null,
): DeclaredStack {
  const known = project?.stacks.get(name);
  return {
    name,
    inProject: known !== undefined,
    description: known?.description ?? '',
    tags: known?.tags ?? [],
    dependsOn: known === undefined ? new Map() : projectDeclarations(known),
    workflow: declaredWorkflow(loaded),
  };
}

/** As much of a loaded workflow as the graph needs. */
function declaredWorkflow({ program, definition, asked }: LoadedWorkflow): DeclaredWorkflow {
  const { version, dependsOn, outputs, name: by, at } = definition;
  const declared = dependsOn.map(parseDependency).map(({ stack: to, range }) => {
    const place = { file: at.file, line: at.line };
    return [to, { source: 'workflow', by, range, at: place } as const] as const;
  });
  return { version, file: program.file, dependsOn: new Map(declared), outputs, uses: asked };
}

/** What the project file says a stack needs, as it is kept with the stack. */
export function projectDeclarations({
  dependsOn,
}: ProjectStack): ReadonlyMap<string, DependencyDeclaration> {
  return new Map(
    dependsOn.map(({ stack, range, at }) => [
      stack,
      { source: 'project', by: 'sloth.yaml', range, at } as const,
    ]),
  );
}
