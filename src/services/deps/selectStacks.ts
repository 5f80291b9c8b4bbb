import { closure, reversed } from '../../model/graph.ts';
import { isReady } from './isReady.ts';
import { namesOf, type StackGraph } from './StackGraph.ts';

/** Which stacks to run. */
export type StackChoice =
  | { readonly by: 'all' }
  | { readonly by: 'names'; readonly names: readonly string[] }
  | { readonly by: 'tag'; readonly tag: string }
  /** Those that changed, with why; their dependents come along. */
  | { readonly by: 'affected'; readonly changed: ReadonlyMap<string, string> }
  /** Those that are stale; dependents only where they become stale, too. */
  | { readonly by: 'stale' };

/** A stack that was chosen, and why. */
export interface ChosenStack {
  readonly stack: string;
  readonly reason: string;
}

/**
 * Chooses among the stacks of a project; pure. By name, tag and all: with everything they need. By what
 * changed, and by what is stale: with everything that needs them; by what changed also with what they
 * need and is not ready. Only those of the project can be run.
 */
export function selectStacks(
  graph: StackGraph,
  project: ReadonlySet<string>,
  choice: StackChoice,
): ChosenStack[] {
  const names = namesOf(graph);
  const reasons = new Map<string, string>();
  const add = (stack: string, reason: string): void => {
    if (project.has(stack) && !reasons.has(stack)) reasons.set(stack, reason);
  };
  const withNeeds = (asked: readonly string[], reason: string): void => {
    for (const stack of asked) add(stack, reason);
    for (const stack of asked) {
      for (const need of closure(names, [stack])) add(need, `needed by ${stack}`);
    }
  };
  const withDependents = (asked: ReadonlyMap<string, string>): void => {
    const dependents = reversed(names);
    for (const [stack, reason] of asked) add(stack, reason);
    for (const stack of asked.keys()) {
      for (const each of closure(dependents, [stack])) add(each, `depends on ${stack}`);
    }
  };
  /** What those need and nobody can build on yet has to run before them. */
  const withUnready = (): void => {
    for (const stack of reasons.keys()) {
      for (const need of closure(names, [stack])) {
        const node = graph.nodes.get(need);
        if (node !== undefined && !isReady(node)) add(need, `needed by ${stack}, and not ready`);
      }
    }
  };
  switch (choice.by) {
    case 'all':
      withNeeds([...project], 'all');
      break;
    case 'names':
      withNeeds(choice.names, 'asked for');
      break;
    case 'tag': {
      const tagged = [...graph.nodes.values()].filter(({ tags }) => tags.includes(choice.tag));
      withNeeds(
        tagged.map(({ name }) => name),
        `tag ${choice.tag}`,
      );
      break;
    }
    case 'affected':
      withDependents(choice.changed);
      withUnready();
      break;
    case 'stale': {
      const stale = [...graph.nodes.values()].filter((node) => node.stale);
      withDependents(new Map(stale.map(({ name }) => [name, 'stale'])));
    }
  }
  return [...reasons].map(([stack, reason]) => ({ stack, reason }));
}
