import type { DependencyFinding } from './checkDependencies.ts';

/**
 * Whether a finding is wrong in itself, and not only still to be done: a stack of the project that has
 * not run yet is run by `up`; pure.
 */
export function isFault(finding: DependencyFinding): boolean {
  return finding.kind !== 'not_run' || !finding.planned;
}
