import type { ExecOptions } from '../../../model/host.ts';
import { callHost } from '../callHost.ts';
import { type ProcessResult, toProcessResult } from '../ProcessResult.ts';
import { type Duration, toMilliseconds } from './duration.ts';

/** Options of `exec.run`; `workdir` is relative to the task's own. */
export interface RunOptions {
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly stdin?: string;
}

/** Processes. All that a task starts ends with it, at the latest. */
export const exec = {
  /**
   * Runs a command line in a shell, or a program with its arguments where a list is given, and
   * waits for its end. A failed one is a result with `success: false`, no exception.
   */
  run(command: string | readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
    return callHost('exec.run', async (host) => {
      const { timeout, ...rest } = options;
      const limit: ExecOptions =
        timeout === undefined ? {} : { timeout: toMilliseconds('exec.run', timeout) };
      return toProcessResult(await host.exec(command, { ...rest, ...limit }));
    });
  },
};
