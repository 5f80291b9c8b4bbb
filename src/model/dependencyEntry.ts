import type { DependencyDeclaration, DependencyEntry, UsedOutputs } from './entry.ts';

/** Every place that declares a dependency, also of an entry that an earlier version wrote. */
export function declarationsOf({
  declarations,
  declaredBy,
}: DependencyEntry): readonly DependencyDeclaration[] {
  if (declarations !== undefined) return declarations;
  if (declaredBy === undefined) return [];
  return [{ source: 'workflow', by: declaredBy, range: '', at: null }];
}

/**
 * The entry with other declarations of one source in place of those it had; `null` where nothing is
 * left that needs the other stack.
 */
export function withDeclarations(
  entry: DependencyEntry | undefined,
  source: DependencyDeclaration['source'],
  next: readonly DependencyDeclaration[],
): DependencyEntry | null {
  const kept = entry === undefined ? [] : declarationsOf(entry);
  const others = kept.filter((each) => each.source !== source);
  return entryOf([...others, ...next], entry?.used);
}

/** The entry with outputs that were just read, beside those that were read before. */
export function withUses(entry: DependencyEntry | undefined, used: UsedOutputs): DependencyEntry {
  const known = entry?.used;
  const earlier = known?.lineage === used.lineage ? known.outputs : {};
  const outputs = { ...earlier, ...used.outputs };
  const declarations = entry === undefined ? [] : declarationsOf(entry);
  return { declarations, used: { lineage: used.lineage, outputs } };
}

/** The entry without what other executions than this one read; `null` where nothing is left. */
export function withoutOldUses(entry: DependencyEntry, execution: string): DependencyEntry | null {
  const { used } = entry;
  if (used === undefined) return entry;
  const outputs = Object.fromEntries(
    Object.entries(used.outputs).filter(([, each]) => each.execution === execution),
  );
  return entryOf(declarationsOf(entry), { ...used, outputs });
}

function entryOf(
  declarations: readonly DependencyDeclaration[],
  used: UsedOutputs | undefined,
): DependencyEntry | null {
  const isUsed = used !== undefined && Object.keys(used.outputs).length > 0;
  if (declarations.length === 0 && !isUsed) return null;
  return isUsed ? { declarations, used } : { declarations };
}
