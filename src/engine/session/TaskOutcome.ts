/** How a task ended, for the scheduler. */
export interface TaskOutcome {
  readonly status: 'completed' | 'failed' | 'skipped' | 'interrupted';
  readonly reason: string;
  /** Set by `abort_if`: nothing else may start. */
  readonly abort: boolean;
}
