import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import { parseDependency } from '../../model/dependency.ts';
import { withDeclarations, withUses } from '../../model/dependencyEntry.ts';
import type { DependencyDeclaration, DependencyEntry } from '../../model/entry.ts';
import { sameJson } from '../../model/json.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';

/** An output of another stack that was read, at a serial of its log. */
export interface OutputUse {
  readonly stack: string;
  readonly key: string;
  readonly lineage: string;
  readonly serial: number;
}

/** What a run knows of the stacks that its own one needs, before it begins. */
export interface RunDependencies {
  /** What the project file declares, by the name of the stack; `null` where there is none at hand. */
  readonly project: ReadonlyMap<string, DependencyDeclaration> | null;
  /** Outputs that the workflow's top level read. */
  readonly uses: readonly OutputUse[];
}

/** What differs between the dependencies that a stack knows, and those that a run declares; pure. */
export function dependencyChanges(
  known: ReadonlyMap<string, DependencyEntry>,
  definition: WorkflowDefinition,
  { project, uses }: RunDependencies,
  execution: string,
): Change[] {
  const declared = new Map(
    definition.dependsOn.map(parseDependency).map(({ stack, range }) => {
      const { file, line } = definition.at;
      return [
        stack,
        { source: 'workflow', by: definition.name, range, at: { file, line } },
      ] as const;
    }),
  );
  const names = new Set([
    ...known.keys(),
    ...declared.keys(),
    ...(project?.keys() ?? []),
    ...uses.map(({ stack }) => stack),
  ]);
  return [...names].flatMap((name): Change[] => {
    const before = known.get(name);
    const one = declared.get(name);
    let entry = withDeclarations(before, 'workflow', one === undefined ? [] : [one]);
    if (project !== null) {
      const two = project.get(name);
      entry = withDeclarations(entry ?? undefined, 'project', two === undefined ? [] : [two]);
    }
    for (const { key, lineage, serial } of uses.filter(({ stack }) => stack === name)) {
      const outputs = { [key]: { serial, execution } };
      entry = withUses(entry ?? undefined, { lineage, outputs });
    }
    if (entry === null) return before === undefined ? [] : [deleteEntry('dependency', name)];
    return before !== undefined && sameJson(before, entry)
      ? []
      : [putEntry('dependency', name, entry)];
  });
}
