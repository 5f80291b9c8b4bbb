import { openRunner } from '../../src/sdk/openRunner.ts';
import type { Runner, RunnerOptions } from '../../src/sdk/Runner.ts';

/** Opens a store for an action, and closes it whatever comes of that. */
export async function onStore<T>(
  options: RunnerOptions,
  action: (runner: Runner) => Promise<T>,
): Promise<T> {
  const runner = await openRunner(options);
  try {
    return await action(runner);
  } finally {
    await runner.close();
  }
}
