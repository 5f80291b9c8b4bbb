import type { ExecResult } from '../../model/host.ts';

/** How a process ended. As a text (`${result}`) it is its output, without the last line break. */
export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, then standard error: what a person would read. */
  readonly output: string;
  readonly exitCode: number;
  readonly success: boolean;
  readonly timedOut: boolean;
  toString(): string;
}

const MARK = Symbol.for('sloth-runner.process-result');

/** The host's result as TypeScript spells it; its own members are plain JSON. */
export function toProcessResult(result: ExecResult): ProcessResult {
  const { stdout, stderr, output, success } = result;
  const plain = { stdout, stderr, output, exitCode: result.exit_code, success };
  return Object.defineProperties(
    { ...plain, timedOut: result.timed_out },
    { toString: { value: () => output }, [MARK]: { value: true } },
  );
}

/** Whether a value came from `exec.run`. */
export function isProcessResult(value: object): value is ProcessResult {
  return MARK in value;
}
