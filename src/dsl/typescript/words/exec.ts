import type { ExecOptions } from '../../../model/host.ts';
import { assertOptions } from '../../definition/assertOptions.ts';
import { toText } from '../bytes.ts';
import { callHost } from '../callHost.ts';
import { type ProcessResult, toProcessResult } from '../ProcessResult.ts';
import { strict } from '../strict.ts';
import { type Duration, toMilliseconds } from './duration.ts';

/** Options of `exec.run`; `workdir` is relative to the task's own. */
export interface RunOptions {
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly stdin?: string | Uint8Array;
  /** The most bytes of each stream that are handed over; more is an error. 16 MB unless it is said. */
  readonly maxOutput?: number;
  /** `false`: what it prints is in the log, and not in the result. */
  readonly keepOutput?: boolean;
  /** Files that the streams go to instead, emptied before; they are neither in the result nor in the log. */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
}

const RUN_OPTIONS = {
  workdir: 'string',
  env: 'object',
  timeout: 'any',
  stdin: 'any',
  maxOutput: 'number',
  keepOutput: 'boolean',
  stdoutFile: 'string',
  stderrFile: 'string',
} as const;

/** Processes. All that a task starts ends with it, at the latest. */
export const exec = strict('exec', {
  /**
   * Runs a command line in a shell, or a program with its arguments where a list is given, and
   * waits for its end. A failed one is a result with `success: false`, no exception.
   */
  run(command: string | readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
    return callHost('exec.run', async (host) => {
      assertOptions('exec.run', options, RUN_OPTIONS);
      const { timeout, stdin, ...rest } = options;
      const given: ExecOptions = {
        ...rest,
        ...(timeout === undefined ? {} : { timeout: toMilliseconds('exec.run', timeout) }),
        ...(stdin === undefined ? {} : { stdin: toText('exec.run', stdin) }),
      };
      return toProcessResult(await host.exec(command, given));
    });
  },
});
