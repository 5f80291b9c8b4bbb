import type { ExecResult } from '../../model/host.ts';
import { withBytes } from './bytes.ts';

/** How a process ended. As a text (`${result}`) it is its output, without the last line break. */
export interface ProcessResult {
  /** A text; where it holds bytes that are none, asking for it is an error. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderrBytes: Uint8Array;
  /** Standard output, then standard error: what a person would read, with a mark for what is no text. */
  readonly output: string;
  readonly exitCode: number;
  readonly success: boolean;
  readonly timedOut: boolean;
  toString(): string;
}

const MARK = Symbol.for('sloth-runner.process-result');

/** The host's result as TypeScript spells it; its own members are plain JSON. */
export function toProcessResult(result: ExecResult): ProcessResult {
  const { stdout, stderr, success } = result;
  const output = result.output.toWellFormed();
  const plain = { stdout, stderr, output, exitCode: result.exit_code, success };
  const own = withBytes('exec.run', { ...plain, timedOut: result.timed_out }, ['stdout', 'stderr']);
  return Object.defineProperties(own, {
    toString: { value: () => output },
    [MARK]: { value: true },
  });
}

/** Whether a value came from `exec.run`. */
export function isProcessResult(value: object): value is ProcessResult {
  return MARK in value;
}
