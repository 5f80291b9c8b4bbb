import { resolve } from 'node:path';
import { type EngineContext, ownAuthority } from '../../engine/context/EngineContext.ts';
import { openOrCreateStack, openStack } from '../../engine/stacks/openStack.ts';
import { nearest } from '../../errors/nearest.ts';
import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import { parseDependency, type StackDependency } from '../../model/dependency.ts';
import { closure, type Graph } from '../../model/graph.ts';
import { checkDependencies, isRange } from '../../services/deps/checkDependencies.ts';
import { circleClosedBy } from '../../services/deps/circleClosedBy.ts';
import {
  addDependencyCommand,
  removeDependencyCommand,
} from '../../services/deps/dependencyCommands.ts';
import { describeDependencies } from '../../services/deps/describeDependencies.ts';
import { graphStatistics } from '../../services/deps/graphStatistics.ts';
import { orderStacks } from '../../services/deps/orderStacks.ts';
import { namesOf, type StackGraph, within } from '../../services/deps/StackGraph.ts';
import { assertStackName } from '../../services/stacks/assertStackName.ts';
import type { Configuration } from '../configuration/Configuration.ts';
import type { Environment } from '../configuration/configurationFiles.ts';
import { type GraphWish, readStackGraph } from '../deps/readStackGraph.ts';
import { createWorkflowLoader } from '../loadWorkflow.ts';
import { openProject } from '../project/openProject.ts';
import type { Runner } from '../Runner.ts';
import { writeOutputFile } from '../writeOutputFile.ts';

/** What this façade takes from the runner it belongs to. */
export interface DependencySettings {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string>>;
  readonly given: Environment;
  readonly cwd: string;
}

/** The façade's operations on how stacks need each other. */
export function createDependenciesFacade(
  context: EngineContext,
  settings: DependencySettings,
): Runner['deps'] {
  const { configuration, cwd } = settings;
  const load = createWorkflowLoader(context, settings);

  const read = (file: string | undefined, wish: GraphWish = {}): Promise<StackGraph> =>
    readStackGraph(context, openProject(cwd, file), load, wish);

  return {
    async show(name, { project } = {}) {
      const graph = await read(project);
      assertKnown(graph, name);
      const described = describeDependencies(graph, name);
      return { ...described, graph };
    },

    async graph(name, { project, fullTree = false } = {}) {
      const whole = await read(project, { drift: true });
      if (name === undefined) return { graph: whole, statistics: graphStatistics(whole) };
      assertKnown(whole, name);
      const names = namesOf(whole);
      const wanted = fullTree
        ? closure(names, [name])
        : new Set([name, ...neighbours(names, name)]);
      const graph = within(whole, wanted);
      return { graph, statistics: graphStatistics(graph, { whole, stack: name }) };
    },

    async draw(graph, format, { file, force = false, showVersions = false, theme = 'light' } = {}) {
      const { renderPicture } = await import('../pictures/renderPicture.ts');
      const picture = await renderPicture(graph, format, { showVersions, theme });
      if (file !== undefined) await writePicture(resolve(cwd, file), picture, force);
      return picture;
    },

    async check(name, { project } = {}) {
      const graph = await read(project);
      if (name !== undefined) assertKnown(graph, name);
      return checkDependencies(graph, name ?? null);
    },

    async order(asked, { project } = {}) {
      const graph = await read(project, { history: true });
      const there = [...graph.nodes.values()].filter(({ status }) => status !== 'missing');
      const names = asked.length > 0 ? asked : there.map(({ name }) => name);
      for (const name of names) assertKnown(graph, name);
      for (const name of asked.length > 0 ? names : [null]) {
        const cycle = checkDependencies(graph, name).find((each) => each.kind === 'cycle');
        if (cycle !== undefined) throw new SlothError('deps.cycle', { path: cycle.path });
      }
      return orderStacks(graph, names, configuration.maxConcurrentExecutions);
    },

    async add(name, text) {
      const dependency = checkedDependency(text);
      assertStackName(name);
      const circle = circleClosedBy(namesOf(await read(undefined)), name, dependency.stack);
      if (circle !== undefined) {
        const details = { stack: name, dependency: dependency.stack, path: circle };
        throw new SlothError('deps.would_cycle', details);
      }
      const { head } = await openOrCreateStack(context, name);
      const authority = ownAuthority(context, head.lineage);
      const command = addDependencyCommand(dependency, context.actor, authority, context.probe);
      await context.writer(head.lineage).submit(command);
      const graph = await read(undefined);
      return checkDependencies(graph, name);
    },

    async remove(name, dependency) {
      const head = await openStack(context, name);
      const authority = ownAuthority(context, head.lineage);
      const command = removeDependencyCommand(dependency, context.actor, authority, context.probe);
      await context.writer(head.lineage).submit(command);
    },
  };
}

async function writePicture(
  file: string,
  content: string | Uint8Array,
  force: boolean,
): Promise<void> {
  try {
    await writeOutputFile(file, content, { force, mode: 0o666 });
  } catch (cause) {
    if (isSlothError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('deps.unwritable', { file, reason }, { cause });
  }
}

/** Refuses with `stack.not_found` what is neither in the store nor in the project. */
function assertKnown({ nodes }: StackGraph, stack: string): void {
  const node = nodes.get(stack);
  if (node !== undefined && node.status !== 'missing') return;
  const there = [...nodes.values()].filter(({ status }) => status !== 'missing');
  const names = there.map((each) => each.name);
  throw new SlothError('stack.not_found', { stack, near: nearest(stack, names) });
}

function neighbours(graph: Graph, name: string): readonly string[] {
  return graph.get(name) ?? [];
}

/** Refuses with `deps.bad_range` or `stack.bad_name`. */
function checkedDependency(text: string): StackDependency {
  const dependency = parseDependency(text);
  if (!isRange(dependency.range) || (text.includes('@') && dependency.range === '')) {
    throw new SlothError('deps.bad_range', { text });
  }
  assertStackName(dependency.stack);
  return dependency;
}
