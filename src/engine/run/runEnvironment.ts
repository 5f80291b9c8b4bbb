/** The variables by which the programs of a run find their stack, and are let in under its lock. */
interface RunIdentity {
  readonly stack: string;
  readonly execution: string;
  /** The id of the lock; `null` for a run without one. */
  readonly lock: string | null;
}

/**
 * The environment of a run's programs: with it, they can work with its stack by themselves. The id of
 * another lock, by which this process itself may have been started, is none of theirs.
 */
export function runEnvironment(
  plan: { readonly env: Readonly<Record<string, string>>; readonly databasePath: string },
  { stack, execution, lock }: RunIdentity,
): Readonly<Record<string, string>> {
  const { SLOTH_RUNNER_LOCK_ID: _, ...others } = plan.env;
  return {
    ...others,
    SLOTH_RUNNER_DB: plan.databasePath,
    SLOTH_RUNNER_STACK: stack,
    SLOTH_RUNNER_EXECUTION: execution,
    ...(lock === null ? {} : { SLOTH_RUNNER_LOCK_ID: lock }),
  };
}
