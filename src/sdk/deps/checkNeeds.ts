import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { SlothError } from '../../errors/SlothError.ts';
import {
  checkDependencies,
  type DependencyFinding,
} from '../../services/deps/checkDependencies.ts';
import { describeFinding, stackOf } from '../../services/deps/describeFinding.ts';
import type { StackGraph } from '../../services/deps/StackGraph.ts';
import type { LoadedWorkflow, LoadWorkflowFile } from '../loadWorkflow.ts';
import { findProject } from '../project/findProject.ts';
import type { Project } from '../project/Project.ts';
import { declaredStack, readStackNeeds } from './readStackGraph.ts';

/** What a stack needs, and what it lacks of that. */
export interface CheckedNeeds {
  /** Whether it needs another stack at all. */
  readonly hasNeeds: boolean;
  readonly findings: readonly DependencyFinding[];
}

/** The project of a folder; the code that reads it is loaded only where there is one. */
export async function projectOf(cwd: string): Promise<Project | null> {
  if (findProject(cwd) === undefined) return null;
  return (await import('../project/openProject.ts')).openProject(cwd, undefined);
}

/** Checks what a stack needs, with the workflow that is to run on it where it is loaded. */
export async function checkNeeds(
  context: EngineContext,
  { load, cwd }: { readonly load: LoadWorkflowFile; readonly cwd: string },
  stack: string,
  loaded?: LoadedWorkflow,
): Promise<CheckedNeeds> {
  const project = await projectOf(cwd);
  const declared = loaded === undefined ? {} : { declared: declaredStack(stack, loaded, project) };
  return needsIn(await readStackNeeds(context, project, load, { stack, ...declared }), stack);
}

/** What a stack of a graph needs, and lacks; pure. */
export function needsIn(graph: StackGraph, stack: string): CheckedNeeds {
  const hasNeeds = (graph.edges.get(stack)?.size ?? 0) > 0;
  return { hasNeeds, findings: checkDependencies(graph, stack) };
}

/** Refuses with `deps.cycle` or `deps.not_ready` to run a stack that lacks something. */
export function assertNeeds({ findings }: CheckedNeeds, stack: string): void {
  const cycle = findings.find((each) => each.kind === 'cycle');
  if (cycle !== undefined) throw new SlothError('deps.cycle', { path: cycle.path });
  if (findings.length === 0) return;
  const reasons = findings.map((each) => describeFinding(each, stack));
  throw new SlothError('deps.not_ready', { stack, reasons });
}

/** What a stack lacks, as a validation tells it; `null` where it needs no other; pure. */
export function unmetIn({ hasNeeds, findings }: CheckedNeeds, stack: string): string[] | null {
  // That its own workflow can't be read is told by the check of the workflow.
  const told = findings.filter((each) => each.kind !== 'unreadable' || each.stack !== stack);
  if (!hasNeeds && told.length === 0) return null;
  return told.map((each) => {
    if (each.kind !== 'missing') return `Dependency: ${describeFinding(each, stack)}`;
    const by = stackOf(each);
    return `Missing dependency: ${each.edge.to}${by === stack ? '' : ` (needed by ${by})`}`;
  });
}
