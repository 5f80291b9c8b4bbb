/** One line of a validation: a check and what it found. */
export interface CheckResult {
  readonly check:
    | 'configuration'
    | 'dependencies'
    | 'resources'
    | 'permissions'
    | 'lock'
    | 'workflow'
    | 'modules';
  readonly status: 'passed' | 'warning' | 'failed' | 'nothing_to_check';
  /** Findings, one sentence each. */
  readonly findings: readonly string[];
}

/** What validating one stack found, check by check in the specification's order. */
export interface ValidationReport {
  readonly stack: string;
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
}
