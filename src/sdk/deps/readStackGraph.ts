import type { EngineContext } from '../../engine/EngineContext.ts';
import { describeError, isSlothError } from '../../errors/SlothError.ts';
import { parseDependency } from '../../model/dependency.ts';
import type { DependencyDeclaration, ExecutionEntry } from '../../model/entry.ts';
import { executionNumber } from '../../model/executionId.ts';
import type { Head } from '../../model/head.ts';
import {
  buildStackGraph,
  type DeclaredStack,
  type StoredStack,
} from '../../services/deps/buildStackGraph.ts';
import type { StackGraph } from '../../services/deps/StackGraph.ts';
import type { LoadWorkflowFile } from '../loadWorkflow.ts';
import type { Project, ProjectStack } from '../project/Project.ts';

/** What the graph is read for: the more, the more is read. */
export interface GraphWish {
  /** How long executions took. */
  readonly history?: boolean;
  /** Whether objects have drifted, by the last look at them. */
  readonly drift?: boolean;
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
  const stored = await Promise.all(heads.map((head) => readStored(context, head, wish)));
  const declared = await Promise.all(
    [...(project?.stacks.values() ?? [])].map((stack) => readDeclared(stack, load)),
  );
  const stale = new Set((await context.backend.staleUses()).map((use) => use.stack));
  return buildStackGraph(stored, declared, stale);
}

async function readStored(
  { backend }: EngineContext,
  head: Head,
  { history = false, drift = false }: GraphWish,
): Promise<StoredStack> {
  const view = await backend.read({ lineage: head.lineage }, [
    { kind: 'dependency' },
    { kind: 'output' },
    ...(history ? [{ kind: 'execution' as const }] : []),
    ...(drift ? [{ kind: 'drift' as const }] : []),
  ]);
  const { dependency, output, execution, drift: found } = view?.content ?? {};
  return {
    head,
    dependencies: dependency ?? new Map(),
    outputs: [...(output?.keys() ?? [])],
    drifted: [...(found?.values() ?? [])].some(
      ({ status }) => status === 'modified' || status === 'deleted',
    ),
    durations: durationsOf(execution ?? new Map()),
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
  const { name, description, tags, file, workflow, valuesFile, values } = stack;
  const plain = { name, description, tags, dependsOn: projectDeclarations(stack) };
  try {
    const loaded = await load({
      file,
      report: () => {},
      unknown: () => 'always',
      ...(workflow === null ? {} : { workflow }),
      ...(valuesFile === null ? {} : { valuesFile }),
      ...(values === null ? {} : { values }),
    });
    await loaded.program.close();
    const { version, dependsOn, outputs, name: by, at } = loaded.definition;
    const declared = dependsOn.map(parseDependency).map(({ stack: to, range }) => {
      const place = { file: at.file, line: at.line };
      return [to, { source: 'workflow', by, range, at: place } as const] as const;
    });
    const uses = loaded.asked;
    return { ...plain, workflow: { version, file, dependsOn: new Map(declared), outputs, uses } };
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { what, why } = describeError(error);
    return { ...plain, workflow: { problem: why === '' ? what : `${what}: ${why}` } };
  }
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
