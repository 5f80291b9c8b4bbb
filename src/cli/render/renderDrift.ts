import { appendAll, formatDuration, formatTime } from '../../sdk/presentation.ts';
import type { FixedResource, FixOutcome, LeftDrift, ResourceDrift } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';

const RULE = '━'.repeat(47);

const KINDS = {
  configuration: 'Configuration Drift',
  resource: 'Resource Drift',
  state: 'State Drift',
  dependency: 'Dependency Drift',
} as const;

/** Whether an object is not as it was applied, or was not applied to its end. */
export function hasDrifted({ status }: Pick<ResourceDrift, 'status'>): boolean {
  return status === 'modified' || status === 'deleted' || status === 'failed';
}

/** `stack drift detect`, as the specification shows it. */
export function renderDetection(
  stack: string,
  found: readonly ResourceDrift[],
  { paint, begun }: { readonly paint: Paint; readonly begun: number },
): string[] {
  const lines = [`Detecting drift for stack: ${stack}`, ''];
  if (found.length === 0) {
    return [...lines, 'No resources declared: there is nothing that could drift'];
  }
  const drifted = found.filter(hasDrifted);
  const count = (status: ResourceDrift['status']): number =>
    found.filter((each) => each.status === status).length;
  lines.push(`${paint.good('✓')} Drift detection completed`, '', 'Summary:');
  const rows: (readonly [string, number])[] = [
    ['Drifted Resources', drifted.length],
    ['In Sync Resources', count('in_sync')],
  ];
  for (const [label, status] of [
    ['Being applied', 'applying'],
    ['Unreadable Resources', 'unreadable'],
    ['Not checked', 'not_checked'],
  ] as const) {
    if (count(status) > 0) rows.push([label, count(status)]);
  }
  rows.push(['Total Resources', found.length]);
  appendAll(
    lines,
    rows.map(([label, number]) => `  ${`${label}:`.padEnd(22)}${number}`),
  );
  if (drifted.length > 0) {
    lines.push('', 'Drifted Resources:');
    appendAll(
      lines,
      renderFindings(drifted).map((line) => `  • ${line}`),
    );
  }
  const accepted = found.flatMap(({ resource, accepted: all }) =>
    all.map(({ attribute, actual }) => `  • ${resource}: ${attribute} (actual: ${shown(actual)})`),
  );
  if (accepted.length > 0) appendAll(lines, ['', 'Accepted:', ...accepted]);
  const unreadable = found.filter((each) => each.status === 'unreadable');
  if (unreadable.length > 0) {
    lines.push('', 'Unreadable Resources:');
    appendAll(
      lines,
      unreadable.map(({ resource, reason }) => `  • ${resource}: ${reason}`),
    );
  }
  const older = found.map((each) => each.checkedAt).filter((at) => at > 0 && at < begun);
  if (older.length > 0) {
    const age = formatDuration(begun - Math.min(...older));
    lines.push('', `${older.length} of them were not read again: the last look was ${age} ago`);
  }
  if (drifted.length === 0) return lines;
  return [
    ...lines,
    '',
    `Run 'stack drift show ${stack}' for detailed report`,
    `Run 'stack drift fix ${stack}' to auto-correct drift`,
  ];
}

/** `stack drift show`, as the specification shows it. */
export function renderDriftReport(
  stack: string,
  found: readonly ResourceDrift[],
  now: number,
  paint: Paint,
): string[] {
  const title = `Drift Report for: ${stack}`;
  if (found.length === 0) return [title, '', 'No resources declared: nothing could drift'];
  const checked = found.map((each) => each.checkedAt).filter((at) => at > 0);
  if (checked.length === 0) {
    return [title, '', `Not checked yet: sloth-runner stack drift detect ${stack}`];
  }
  const lines = [title, `Generated: ${formatTime(Math.max(...checked))}`];
  const drifted = found.filter(hasDrifted);
  for (const each of drifted) appendAll(lines, ['', RULE, '', ...renderResource(each, now, paint)]);
  for (const { resource, status, reason } of found) {
    if (status === 'unreadable') lines.push('', `${resource}: unreadable (${reason})`);
    if (status === 'not_checked') lines.push('', `${resource}: not checked`);
    if (status === 'applying') lines.push('', `${resource}: being applied`);
  }
  if (drifted.length > 0) return lines;
  const isWhole = found.every((each) => each.status === 'in_sync');
  const verdict = isWhole
    ? `${paint.good('✓')} No drift was found`
    : `${paint.warn('!')} No drift was found in what could be read`;
  return [...lines, '', verdict];
}

/** `stack drift fix --dry-run`, as the specification shows it. */
export function renderFixPlan(stack: string, drifted: readonly ResourceDrift[]): string[] {
  const lines = [`Drift Fix Plan for: ${stack}`, ''];
  if (drifted.length === 0) return [...lines, 'Nothing has drifted'];
  const actions = drifted.flatMap(renderFixAction);
  return [
    ...lines,
    'The following actions will be performed:',
    '',
    ...actions,
    '',
    'Run without --dry-run to apply fixes',
  ];
}

/** What fixing one resource would do. */
export function renderFixAction({ resource, status, findings }: ResourceDrift): string[] {
  if (status === 'failed' && findings.length === 0) return [`  • ${resource}: Apply it again`];
  const parts = findings.map(({ attribute, expected, actual }) =>
    attribute === 'exists'
      ? 'Make it again (it is missing)'
      : `Change ${attribute} from ${shown(actual)} to ${shown(expected)}`,
  );
  return [`  • ${resource}: ${parts.join('; ')}`];
}

/** One fixed resource, as it is told while fixing goes on. */
export function renderFixed({ resource, status, reason }: FixedResource, paint: Paint): string {
  if (status === 'fixed') return `${paint.good('✓')} ${resource}: fixed`;
  const sign = status === 'failed' ? paint.bad('✗') : paint.dim('○');
  return `${sign} ${resource}: ${status} (${reason})`;
}

/** The end of `stack drift fix`, as the specification shows it. */
export function renderFixSummary({ fixed, left }: FixOutcome, paint: Paint): string[] {
  const count = (status: FixedResource['status']): string => {
    const number = fixed.filter((each) => each.status === status).length;
    return `${number} ${number === 1 ? 'resource' : 'resources'}`;
  };
  return [
    '',
    'Summary:',
    `  Fixed:    ${count('fixed')}`,
    `  Failed:   ${count('failed')}`,
    `  Skipped:  ${count('skipped')}`,
    '',
    ...(left.length === 0
      ? [`${paint.good('✓')} All drift corrected`]
      : ['Not in sync:', ...left.map((each) => `  • ${renderLeft(each)}`)]),
  ];
}

function renderLeft({ resource, status, reason }: LeftDrift): string {
  return `${resource}: ${status.replace('_', ' ')}${reason === '' ? '' : ` (${reason})`}`;
}

/** What was found of drifted resources, a line each. */
export function renderFindings(drifted: readonly ResourceDrift[]): string[] {
  return drifted.flatMap(({ resource, status, reason, findings }) => [
    ...(status === 'failed' ? [`${resource}: failed (${reason})`] : []),
    ...findings.map(({ attribute, expected, actual }) =>
      attribute === 'exists'
        ? `${resource}: missing`
        : `${resource}: ${attribute} (expected: ${shown(expected)}, actual: ${shown(actual)})`,
    ),
  ]);
}

function renderResource(drift: ResourceDrift, now: number, paint: Paint): string[] {
  const { resource, status, reason, findings, changed, firstSeen } = drift;
  const lines: string[] = [];
  if (status === 'failed') lines.push(`Resource: ${resource}`, `Failed: ${reason}`);
  for (const finding of findings) {
    if (lines.length > 0) lines.push('');
    lines.push(`Resource: ${resource}`, `Type: ${KINDS[finding.kind]}`);
    lines.push(`Severity: ${paint.strong(finding.severity.toUpperCase())}`, '');
    lines.push(`Attribute: ${finding.attribute}`);
    lines.push(`  Expected:  ${shown(finding.expected)}`, `  Actual:    ${shown(finding.actual)}`);
    lines.push(`  Impact:    ${finding.impact}`, '', 'Suggested Fix:', `  ${finding.suggestion}`);
  }
  lines.push('');
  if (changed !== null) {
    const at = changed.at === null ? '' : ` at ${formatTime(changed.at)}`;
    lines.push(`Changed by: ${changed.by}${at} (${changed.confidence})`);
  }
  if (firstSeen !== null) {
    const age = formatDuration(now - firstSeen);
    lines.push(`First seen: ${formatTime(firstSeen)} (${age} ago)`);
  }
  return lines;
}

/** A value on one line; of a digest only as much as tells it from others. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^sha256:[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 19)}…` : text;
}
