import type { EngineContext } from '../../engine/context/EngineContext.ts';
import type { DestroyedResource } from '../../engine/run/destroyResources.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { counted } from '../../model/counted.ts';
import { closure, reversed } from '../../model/graph.ts';
import { faultsOf } from '../../services/deps/checkDependencies.ts';
import { describeFinding } from '../../services/deps/describeFinding.ts';
import { estimateOf } from '../../services/deps/orderStacks.ts';
import { namesOf, type StackGraph } from '../../services/deps/StackGraph.ts';
import type { StackChoice } from '../../services/deps/selectStacks.ts';
import { projectDeclarations, readNodes, readStackGraph } from '../deps/readStackGraph.ts';
import { createWorkflowLoader } from '../loadWorkflow.ts';
import { openProject } from '../project/openProject.ts';
import type { Project, ProjectStack } from '../project/Project.ts';
import { requestFor } from '../project/requestFor.ts';
import type { Runner, RunOutcome } from '../Runner.ts';
import { changedStacks } from '../up/changedStacks.ts';
import { explainStack } from '../up/explainStack.ts';
import { assertInProject, planUp } from '../up/planUp.ts';
import { dequeue, enqueueAll, resumableUp } from '../up/queue.ts';
import { refuseInvalid } from '../up/refuseInvalid.ts';
import { type OneEnd, runStacks, type StacksRun } from '../up/runStacks.ts';
import type { AnnouncedStack } from '../up/UpMessage.ts';
import type { KeptRequest, UpRequest } from '../up/UpRequest.ts';
import type { DependencySettings } from './deps.ts';

/** What an `up` does: its stacks, and what is kept of the request. */
interface PlannedUp {
  readonly project: Project;
  readonly graph: StackGraph;
  readonly stacks: readonly AnnouncedStack[];
  readonly kept: KeptRequest;
  /** The one that it goes on with. */
  readonly resumed: string | null;
  readonly removed: readonly string[];
}

/** The façade's operations on many stacks at once. */
export function createUpFacade(
  context: EngineContext,
  settings: DependencySettings,
  { run, destroy }: Pick<Runner, 'run' | 'destroy'>,
): Pick<Runner, 'planUp' | 'up' | 'previewUp' | 'planDown' | 'down' | 'why'> {
  const { configuration, cwd } = settings;
  const load = createWorkflowLoader(context, settings);

  function projectOf(file: string | undefined): Project {
    const project = openProject(cwd, file);
    if (project !== null) return project;
    throw new SlothError('project.not_found', { folder: cwd });
  }

  const slotsOf = ({ maxConcurrent }: Pick<UpRequest, 'maxConcurrent'>): number => {
    const most = configuration.maxConcurrentExecutions;
    return Math.max(1, Math.min(maxConcurrent ?? most, most));
  };

  async function plan(request: Omit<UpRequest, 'report'>): Promise<PlannedUp> {
    const project = projectOf(request.project);
    const graph = await readStackGraph(context, project, load, { history: true });
    const asked: KeptRequest = {
      stacks: [],
      onlyStale: request.stale === true,
      keepGoing: request.keepGoing === true,
      allowBreaking: request.allowBreaking === true,
      allowDeletions: request.allowDeletions === true,
    };
    if (request.resume === true) {
      const { up, request: kept, left } = await resumableUp(context, project.file);
      const known = left.filter((name) => project.stacks.has(name));
      const all = planUp(graph, project, { by: 'names', names: known });
      const stacks = all
        .filter(({ stack }) => known.includes(stack))
        .map((each) => ({ ...each, reason: 'left of the last one' }));
      return { project, graph, stacks: among(stacks), kept, resumed: up, removed: [] };
    }
    const { choice, removed } = chooseStacks(project, request);
    const stacks = planUp(graph, project, choice);
    const kept = { ...asked, stacks: stacks.map(({ stack }) => stack) };
    return { project, graph, stacks, kept, resumed: null, removed };
  }

  return {
    async planUp(request) {
      const { stacks, removed } = await plan(request);
      return { stacks, removed, slots: slotsOf(request) };
    },

    async up(request) {
      const { project, graph, stacks, kept, resumed } = await plan(request);
      for (const { stack } of stacks) {
        const declared = project.stacks.get(stack);
        const isNew = graph.nodes.get(stack)?.status === 'planned';
        if (declared !== undefined && isNew)
          await refuseInvalid(context, load, declared, settings.env);
      }
      const up = resumed ?? context.newId();
      await enqueueAll(
        context,
        up,
        kept,
        stacks.map(({ stack }) => stack),
      );
      const common = commonOf(request, graph, stacks);
      const { signal } = common;
      return runStacks(context, {
        ...common,
        direction: 'up',
        slots: slotsOf(request),
        keepGoing: kept.keepGoing,
        work: async (name) => {
          const declared = project.stacks.get(name);
          if (declared === undefined)
            return { status: 'failed', reason: 'it is not in the project' };
          if (kept.onlyStale && !(await isStale(name))) {
            await dequeue(context, up, name);
            return { status: 'unchanged', reason: 'nothing that it read has changed' };
          }
          const unmet = await unmetNow(name, graph);
          if (unmet !== '') return { status: 'failed', reason: unmet };
          return runOne(declared, up, resumed !== null, { ...request, ...kept, signal });
        },
      });
    },

    async previewUp(request) {
      const { project, stacks, graph } = await plan(request);
      const pending = new Map<string, 'if_missing' | 'always'>();
      const common = commonOf(request, graph, stacks);
      const { signal } = common;
      return runStacks(context, {
        ...common,
        direction: 'plan',
        slots: 1,
        keepGoing: true,
        work: async (name) => {
          const declared = project.stacks.get(name);
          if (declared === undefined)
            return { status: 'failed', reason: 'it is not in the project' };
          pending.set(name, 'if_missing');
          const outcome = await run({
            ...requestFor(declared),
            dryRun: true,
            ...(request.onDrift === undefined ? {} : { onDrift: request.onDrift }),
            unknown: (stack) => pending.get(stack) ?? 'never',
            allowBreaking: request.allowBreaking === true,
            allowDeletions: request.allowDeletions === true,
            signal,
            report: (message) => request.report({ type: 'stack.message', stack: name, message }),
          });
          const changes = outcome.resources.some(({ action }) => action !== 'none');
          if (changes) pending.set(name, 'always');
          request.report({
            type: 'stack.message',
            stack: name,
            message: { type: 'planned', resources: outcome.resources },
          });
          const isNew = (graph.nodes.get(name)?.durations ?? []).length === 0;
          const tasks = outcome.plan.flat().length - outcome.resources.length;
          const reason = tasks > 0 ? `runs ${counted(tasks, 'task')}` : '';
          return { status: changes || isNew ? 'pending' : 'unchanged', reason };
        },
      });
    },

    async planDown(request) {
      const { stacks } = await planDown(request);
      return { stacks, removed: [], slots: slotsOf(request) };
    },

    async down(request) {
      const { stacks, graph } = await planDown(request);
      const common = commonOf(request, graph, stacks);
      const { signal } = common;
      return runStacks(context, {
        ...common,
        direction: 'down',
        slots: slotsOf(request),
        keepGoing: request.keepGoing === true,
        work: async (name) => {
          const ended = await destroy(name, { signal });
          const [failed] = ended.filter(
            ({ status }) => status === 'failed' || status === 'skipped',
          );
          return failed === undefined
            ? { status: 'success', reason: describeDestroyed(ended) }
            : { status: 'failed', reason: `${failed.resource}: ${failed.reason}` };
        },
      });
    },

    async why(name, { project } = {}) {
      const found = openProject(cwd, project);
      const graph = await readStackGraph(context, found, load, { drift: true });
      if (!graph.nodes.has(name) && found !== null) assertInProject(found, name);
      if (!graph.nodes.has(name))
        throw new SlothError('stack.not_found', { stack: name, near: [] });
      return explainStack(context, graph, name);
    },
  };

  async function isStale(name: string): Promise<boolean> {
    return (await context.backend.staleUses()).some((use) => use.stack === name);
  }

  /** What it needs may be another by now: it has run since, or failed, or is gone. */
  async function unmetNow(name: string, known: StackGraph): Promise<string> {
    const edges = [...(known.edges.get(name)?.values() ?? [])];
    if (edges.length === 0) return '';
    const nodes = await readNodes(
      context,
      edges.map(({ to }) => to),
      known,
    );
    // An output that is gone is not looked at here: what this stack read the last time, its code may
    // have stopped reading, and code that still reads it fails by itself.
    const [first] = edges
      .flatMap((edge) => faultsOf({ ...known, nodes }, edge))
      .filter(({ kind }) => kind !== 'output');
    return first === undefined ? '' : describeFinding(first, name);
  }

  async function runOne(
    stack: ProjectStack,
    up: string,
    resuming: boolean,
    request: UpRequest & KeptRequest & { readonly signal: AbortSignal },
  ): Promise<OneEnd> {
    const { signal, report, allowBreaking, allowDeletions, onDrift } = request;
    const { name } = stack;
    const resume = resuming && (await canResume(name));
    let reason = '';
    const outcome: RunOutcome = await run({
      ...requestFor(stack),
      project: projectDeclarations(stack),
      up,
      resume,
      signal,
      allowBreaking,
      allowDeletions,
      ...(onDrift === undefined ? {} : { onDrift }),
      report: (message) => {
        if (message.type === 'execution.ended') ({ reason } = message);
        report({ type: 'stack.message', stack: name, message });
      },
    });
    const status =
      outcome.status === 'planned' || outcome.status === 'running' ? 'failed' : outcome.status;
    return { status, reason };
  }

  /** A run that was interrupted is gone on with; one that failed begins anew. */
  async function canResume(name: string): Promise<boolean> {
    const view = await context.backend.read({ name }, []);
    const status = view?.head.lastExecution?.status;
    return status === 'interrupted' || status === 'fenced';
  }

  async function planDown(
    request: Omit<UpRequest, 'report'>,
  ): Promise<{ readonly stacks: readonly AnnouncedStack[]; readonly graph: StackGraph }> {
    const project = projectOf(request.project);
    const graph = await readStackGraph(context, project, load, { history: true });
    const { choice } = chooseStacks(project, request);
    if (choice.by === 'names') for (const name of choice.names) assertInProject(project, name);
    const there = [...graph.nodes.values()].filter(({ status, name }) => {
      return project.stacks.has(name) && status !== 'planned' && status !== 'missing';
    });
    const names = namesOf(graph);
    const dependents = reversed(names);
    const asked =
      choice.by === 'names'
        ? choice.names
        : there
            .filter(({ tags }) => choice.by !== 'tag' || tags.includes(choice.tag))
            .map(({ name }) => name);
    const wanted = closure(dependents, asked);
    const chosen = there.filter(({ name }) => wanted.has(name)).map(({ name }) => name);
    const stacks = chosen.map((stack) => ({
      stack,
      reason: asked.includes(stack) ? 'asked for' : 'needs one of those that go',
      dependsOn: (dependents.get(stack) ?? []).filter((name) => chosen.includes(name)).sort(),
    }));
    return { stacks, graph };
  }
}

/** What every kind of work on many stacks has in common. */
function commonOf(
  { signal = new AbortController().signal, report }: Pick<UpRequest, 'signal' | 'report'>,
  graph: StackGraph,
  stacks: readonly AnnouncedStack[],
): Pick<StacksRun, 'stacks' | 'cost' | 'signal' | 'report'> {
  return { stacks, cost: costOf(graph), signal, report };
}

/** Which stacks a request means. Rejects with `usage.invalid` where it says nothing, or too much. */
function chooseStacks(
  project: Project,
  { stacks = [], all, tag, affected, base, stale }: Omit<UpRequest, 'report'>,
): { readonly choice: StackChoice; readonly removed: readonly string[] } {
  const said = [stacks.length > 0, all, tag !== undefined, affected, stale].filter(Boolean).length;
  if (said !== 1) {
    const reason =
      said === 0
        ? 'which stacks? Name some, or say --all, --tag, --affected or --stale'
        : 'names, --all, --tag, --affected and --stale exclude each other';
    throw new SlothError('usage.invalid', { reason, command: 'up' });
  }
  if (affected === true) {
    const { changed, removed } = changedStacks(project, base);
    // What has left can't be run; those that still need it are affected all the same.
    const gone = removed.map((name) => [name, 'it left the project'] as const);
    return { choice: { by: 'affected', changed: new Map([...changed, ...gone]) }, removed };
  }
  if (stale === true) return { choice: { by: 'stale' }, removed: [] };
  if (tag !== undefined) return { choice: { by: 'tag', tag }, removed: [] };
  return all === true
    ? { choice: { by: 'all' }, removed: [] }
    : { choice: { by: 'names', names: stacks }, removed: [] };
}

/** Waiting only for those that are still to come. */
function among(stacks: readonly AnnouncedStack[]): AnnouncedStack[] {
  const names = new Set(stacks.map(({ stack }) => stack));
  return stacks.map((each) => ({
    ...each,
    dependsOn: each.dependsOn.filter((name) => names.has(name)),
  }));
}

/** A stack without a history counts as a short one. */
function costOf({ nodes }: StackGraph): (stack: string) => number {
  return (stack) => estimateOf(nodes.get(stack)?.durations ?? [])?.median ?? 1;
}

/** What became of the objects of a stack, in words. */
function describeDestroyed(ended: readonly DestroyedResource[]): string {
  const count = (wanted: DestroyedResource['status']): number =>
    ended.filter(({ status }) => status === wanted).length;
  const [deleted, released] = [count('deleted'), count('released')];
  const gone = `${counted(deleted, 'object')} deleted`;
  return released === 0 ? gone : `${gone}, ${released} found: let go`;
}
