import type { DependencyFinding } from './checkDependencies.ts';

/** The stack that a finding is about: the one that lacks something. */
export function stackOf(finding: DependencyFinding): string {
  if (finding.kind === 'cycle') return finding.path[0] ?? '';
  return finding.kind === 'unreadable' ? finding.stack : finding.edge.from;
}

/**
 * What a stack lacks, in words that follow its name; pure. What a stack that it needs lacks is told with
 * that stack's name.
 */
export function describeFinding(finding: DependencyFinding, stack: string): string {
  const from = stackOf(finding);
  if (finding.kind === 'cycle') return `it is on a circle: ${finding.path.join(' -> ')}`;
  if (finding.kind === 'unreadable') {
    return from === stack ? finding.reason : `'${from}' can't be read: ${finding.reason}`;
  }
  return `${lackOf(finding)}${from === stack ? '' : ` (needed by '${from}')`}`;
}

function lackOf(finding: Exclude<DependencyFinding, { kind: 'cycle' | 'unreadable' }>): string {
  const { to } = finding.edge;
  switch (finding.kind) {
    case 'missing':
      return `there is no stack '${to}'`;
    case 'not_run':
      return `'${to}' has not run yet`;
    case 'failed':
      return `the last run of '${to}' ${finding.status === 'failed' ? 'failed' : 'was interrupted'}`;
    case 'version': {
      const { range, version } = finding;
      return `'${to}' is ${version === '' ? 'without a version' : version}, and ${range} is needed`;
    }
    case 'output':
      return `'${to}' has no output '${finding.output}'`;
  }
}
