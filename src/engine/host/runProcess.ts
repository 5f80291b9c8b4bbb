import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecResult } from '../../model/host.ts';
import type { TextSink } from '../redactor.ts';
import { createCapture } from './createCapture.ts';
import { endProcessGroup, watchGroup } from './processGroup.ts';
import type { SpawnPlan } from './spawnOptions.ts';

/** Most characters kept of each stream; a program that prints more is cut in the middle. */
const CAPTURE_LIMIT = 4 * 1024 * 1024;
/** How long output may still come after the program ended and left a pipe open, in milliseconds. */
const DRAIN = 100;

/** A process to run to its end. */
export interface ProcessRequest {
  readonly plan: SpawnPlan;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | null;
  /** Milliseconds; `null` for no limit. */
  readonly timeout: number | null;
  /** Where what it prints goes, beside the result. */
  readonly sink: (stream: 'stdout' | 'stderr') => TextSink;
  /** Told the leader of the process's group as soon as it runs. */
  readonly onGroup: (leader: number) => void;
}

/**
 * Runs a process in a group of its own and gives how it ended. A program that can't be started has
 * the shell's exit status for it (127 not found, 126 not executable); one that was ended by a
 * signal has 128 plus its number; one that took too long is ended with all that it started, 124.
 *
 * It is over when the program itself has ended: a background process it left behind may keep its
 * pipes open for ever, and is none of our waiting.
 */
export async function runProcess(request: ProcessRequest): Promise<ExecResult> {
  const { plan, workdir, env, stdin } = request;
  const child = spawn(plan.file, plan.args, {
    cwd: workdir,
    env,
    detached: true,
    stdio: [stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...plan.ids,
  });
  const stdout = read(child.stdout, request.sink('stdout'));
  const stderr = read(child.stderr, request.sink('stderr'));
  if (child.pid !== undefined) request.onGroup(child.pid);
  const unwatch = child.pid === undefined ? () => {} : watchGroup(child.pid);
  feed(child, stdin);
  const watch = endLate(child, request.timeout);
  const code = await exitStatus(child);
  watch.dispose();
  unwatch();
  const exit_code = watch.timedOut() ? 124 : code.status;
  const reason = code.reason === '' ? '' : `${plan.file}: ${code.reason}\n`;
  if (reason !== '') request.sink('stderr').write(reason);
  const [out, printed] = [await stdout(), reason + (await stderr())];
  return {
    stdout: out,
    stderr: printed,
    output: (out + printed).replace(/\r?\n$/, ''),
    exit_code,
    success: exit_code === 0,
    timed_out: watch.timedOut(),
  };
}

/** Reads a stream as text, and into a sink; the function it gives waits for the rest of it. */
function read(stream: Readable | null, sink: TextSink): () => Promise<string> {
  if (stream === null) return async () => '';
  const capture = createCapture(CAPTURE_LIMIT);
  let quietSince = performance.now();
  const state = { ended: false };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    quietSince = performance.now();
    capture.add(text);
    sink.write(text);
  });
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => {
      state.ended = true;
      resolve();
    });
  });
  return async () => {
    quietSince = performance.now();
    while (!state.ended && performance.now() - quietSince < DRAIN) {
      await Promise.race([closed, delay(DRAIN / 4)]);
    }
    if (!state.ended) stream.destroy();
    sink.end();
    return capture.text();
  };
}

function feed(child: ChildProcess, stdin: string | null): void {
  // A program that doesn't read its input closes the pipe; that is its right.
  child.stdin?.on('error', () => {});
  if (stdin !== null) child.stdin?.end(stdin);
}

function exitStatus(child: ChildProcess): Promise<{ status: number; reason: string }> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      resolve({ status: missing ? 127 : 126, reason: missing ? 'not found' : error.message });
    });
    child.once('exit', (status, signal) => {
      resolve({ status: status ?? 128 + (signal ? constants.signals[signal] : 0), reason: '' });
    });
  });
}

function endLate(
  child: ChildProcess,
  timeout: number | null,
): { readonly timedOut: () => boolean; readonly dispose: () => void } {
  let late = false;
  if (timeout === null || child.pid === undefined) return { timedOut: () => false, dispose() {} };
  const leader = child.pid;
  const timer = setTimeout(() => {
    late = true;
    void endProcessGroup(leader);
  }, timeout);
  return { timedOut: () => late, dispose: () => clearTimeout(timer) };
}
