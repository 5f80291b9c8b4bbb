import { appendAll, counted, isFault } from '../../sdk/presentation.ts';
import type { DependencyFinding, StackEdge } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** What a check found, as the specification shows it. */
export function renderFindings(findings: readonly DependencyFinding[], paint: Paint): string[] {
  const faults = findings.filter(isFault);
  const cycles = faults.filter((each) => each.kind === 'cycle');
  const others = faults.filter((each) => each.kind !== 'cycle');
  const lines = cycles.flatMap((each) => [...renderCycle(each, paint), '']);
  if (cycles.length === 0) lines.push(`${paint.good('✓')} No circular dependencies detected`, '');
  const left = leftToRun(findings);
  appendAll(
    lines,
    others.flatMap((each) => renderFinding(each, paint)),
  );
  appendAll(
    lines,
    left.map((each) => `${paint.warn('!')} ${each}`),
  );
  if (others.length + left.length > 0) lines.push('');
  lines.push(
    faults.length === 0
      ? 'Dependency tree is valid'
      : `Dependency tree is not valid: ${counted(faults.length, 'finding')}`,
  );
  return lines;
}

/** One finding by itself. */
export function renderFinding(finding: DependencyFinding, paint: Paint): string[] {
  if (finding.kind === 'cycle') return renderCycle(finding, paint);
  const sign = isFault(finding) ? paint.bad('✗') : paint.warn('!');
  return [`${sign} ${describe(finding)}`];
}

/** What only has to be run still, each once, however many need it. */
function leftToRun(findings: readonly DependencyFinding[]): string[] {
  const left = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.kind !== 'not_run' || isFault(finding)) continue;
    const { from, to } = finding.edge;
    left.set(to, [...(left.get(to) ?? []), from]);
  }
  return [...left].map(([to, by]) => `Not run yet: ${to}, needed by ${by.join(', ')}`);
}

function renderCycle(
  { path, edges }: Extract<DependencyFinding, { kind: 'cycle' }>,
  paint: Paint,
): string[] {
  // What is declared by hand, or last, is the easiest to take back.
  const removable =
    edges.find(({ declarations }) => declarations.some(({ source }) => source === 'hand')) ??
    edges.at(-1);
  return [
    `${paint.bad('✗')} Circular dependency detected!`,
    '',
    'Cycle path:',
    `  ${path.join(' -> ')}`,
    '',
    'Declared:',
    ...edges.map((edge) => `  ${edge.from} -> ${edge.to}: ${placesOf(edge)}`),
    '',
    'Resolution suggestions:',
    `  1. Remove dependency: ${removable?.from} -> ${removable?.to}${howToRemove(removable)}`,
    `  2. Introduce intermediary stack: move what ${removable?.from} needs of ${removable?.to} into a stack that both depend on`,
    '  3. Refactor to eliminate circular reference',
  ];
}

function howToRemove(edge: StackEdge | undefined): string {
  const isByHand = edge?.declarations.some(({ source }) => source === 'hand') === true;
  return isByHand ? ` (sloth-runner stack deps remove ${edge?.from} ${edge?.to})` : '';
}

/** Where an edge is said. */
function placesOf({ declarations, outputs, usedIn }: StackEdge): string {
  const places = declarations.map(({ source, by, at }) => {
    if (at !== null) return `${at.file}:${at.line}`;
    return source === 'hand' ? `by hand, by ${by}` : `workflow '${by}'`;
  });
  const uses =
    outputs.length > 0
      ? [`by using ${outputs.join(', ')}${usedIn === null ? '' : ` in ${usedIn}`}`]
      : [];
  return [...places, ...uses].join('; ');
}

function describe(finding: Exclude<DependencyFinding, { kind: 'cycle' }>): string {
  switch (finding.kind) {
    case 'missing': {
      const { edge } = finding;
      return `Missing stack: ${edge.to}, needed by ${edge.from} (${placesOf(edge)})`;
    }
    case 'not_run': {
      const { edge } = finding;
      return `Not run yet: ${edge.to}, needed by ${edge.from} (${placesOf(edge)})`;
    }
    case 'failed': {
      const { edge, status } = finding;
      const how = status === 'failed' ? 'failed' : 'was interrupted';
      return `Not ready: the last run of ${edge.to}, needed by ${edge.from}, ${how} (${placesOf(edge)})`;
    }
    case 'version': {
      const { edge, range, version } = finding;
      const has = version === '' ? 'has no version' : `is ${version}`;
      return `Version: ${edge.from} needs ${edge.to}@${range}, which ${has} (${placesOf(edge)})`;
    }
    case 'output': {
      const { edge, output } = finding;
      return `Output: ${edge.from} uses '${output}' of ${edge.to}, which has no such output`;
    }
    case 'unreadable':
      return `The workflow of ${finding.stack} can't be read: ${finding.reason}`;
  }
}
