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
  /** `not_checked`: it can't be told whether all is well, and nothing was found to be wrong. */
  readonly status: 'passed' | 'warning' | 'failed' | 'nothing_to_check' | 'not_checked';
  /** Findings, one sentence each. */
  readonly findings: readonly string[];
  /** What was not looked at, in words; empty where that is nothing. */
  readonly unchecked?: string;
}

/** What validating one stack found, check by check in the specification's order. */
export interface ValidationReport {
  readonly stack: string;
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
}
