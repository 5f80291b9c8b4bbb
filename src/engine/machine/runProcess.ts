import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { SlothError } from '../../errors/SlothError.ts';
import { bytesToText, createByteDecoder, textToBytes } from '../../model/bytes.ts';
import type { ExecOptions, ExecResult } from '../../model/host.ts';
import { formatSize } from '../../model/size.ts';
import type { TextSink } from '../redaction/lineRedactor.ts';
import { assertWorkdir } from './assertWorkdir.ts';
import { fitStart, type Start } from './fitStart.ts';
import { followStream } from './followStream.ts';
import { openOutput } from './openOutput.ts';
import { planIdentity } from './planIdentity.ts';
import { endProcessGroup, watchGroup } from './processGroup.ts';
import { recordedStart } from './recordedStart.ts';

/** Most bytes of each stream that are handed over where nothing else is said. */
const MOST_OUTPUT = 16_000_000;

type StreamName = 'stdout' | 'stderr';

/** A process to run to its end. */
export interface ProcessRequest {
  /** A text is a command line of a shell. */
  readonly command: string | readonly string[];
  /** Whom to run it as; `null` for this process's own user. */
  readonly user: string | null;
  /** Absolute. */
  readonly workdir: string;
  /** Whose the working directory is, for its error: ` of task 'build'`. */
  readonly workdirOf: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables that win over those of the user. */
  readonly ownEnv: Readonly<Record<string, string>>;
  /** With the paths of files absolute; `timeout` in milliseconds. */
  readonly options: ExecOptions;
  /** Where what it prints goes, beside the result. */
  readonly sink: (stream: StreamName) => TextSink;
  /** Throws where the process must not be started any more. */
  readonly assertWanted: () => void;
  /** An open file that the process is written into before it begins; `null` for none. */
  readonly record: number | null;
  /** Told the leader of the process's group as soon as it runs. */
  readonly onGroup: (leader: number) => void;
}

/**
 * Runs a process in a group of its own and gives how it ended. A program that can't be started has
 * the shell's exit status for it (127 not found, 126 not executable); one that was ended by a
 * signal has 128 plus its number; one that took too long is ended with all that it started, 124. Rejects
 * with `exec.*` where it can't be started as it is wanted, or printed more than can be handed over.
 *
 * It is over when the program itself has ended: a background process it left behind may keep its
 * pipes open for ever, and is none of our waiting.
 */
export async function runProcess(request: ProcessRequest): Promise<ExecResult> {
  const { workdir, options } = request;
  const command = commandOf(request.command);
  await assertWorkdir(workdir, request.workdirOf);
  const { account, env, ids, prefix } = await planIdentity(request.user);
  const wanted = { command, env: { ...request.env, ...env, ...request.ownEnv } };
  const start = await fitStart(wanted, prefix[0] === 'sudo' ? null : account);
  const files = await openFiles(options);
  try {
    request.assertWanted();
    const stdio = [
      options.stdin === undefined ? 'ignore' : 'pipe',
      files.stdout?.fd ?? 'pipe',
      files.stderr?.fd ?? 'pipe',
    ] as const;
    const { record } = request;
    const asked = { command: [...prefix, ...start.command], env: start.env };
    const child = startChild(record === null ? asked : recordedStart(asked), {
      cwd: workdir,
      detached: true,
      stdio: [...stdio, ...(record === null ? [] : [record])],
      ...ids,
    });
    return await follow(child, request, command[0] ?? '');
  } finally {
    for (const file of new Set([files.stdout, files.stderr])) await file?.close();
    await start.dispose();
  }
}

/** Options with the paths of their files absolute. */
export function withPaths(workdir: string, options: ExecOptions): ExecOptions {
  const { stdoutFile, stderrFile } = options;
  return {
    ...options,
    ...(stdoutFile === undefined ? {} : { stdoutFile: resolve(workdir, stdoutFile) }),
    ...(stderrFile === undefined ? {} : { stderrFile: resolve(workdir, stderrFile) }),
  };
}

function commandOf(command: string | readonly string[]): readonly string[] {
  const parts = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const refuse = (reason: string): never => {
    throw new SlothError('host.call_failed', { name: 'exec.run', reason });
  };
  if (parts[0] === undefined || parts[0] === '') return refuse('the command is empty');
  return parts.some((part) => part.includes('\0')) ? refuse('the command holds a NUL') : parts;
}

/** One file that both streams name is opened once, so that neither overwrites the other. */
async function openFiles(options: ExecOptions): Promise<OutputFiles> {
  const { stdoutFile, stderrFile } = options;
  const stdout = stdoutFile === undefined ? undefined : await openOutput(stdoutFile);
  if (stderrFile === stdoutFile) return { stdout, stderr: stdout };
  try {
    return { stdout, stderr: stderrFile === undefined ? undefined : await openOutput(stderrFile) };
  } catch (error) {
    await stdout?.close();
    throw error;
  }
}

type OutputFile = Awaited<ReturnType<typeof openOutput>> | undefined;

interface OutputFiles {
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
}

function startChild({ command, env }: Start, options: object): ChildProcess {
  const [file = '', ...args] = command;
  try {
    return spawn(file, args, { ...options, env });
  } catch (cause) {
    // Thrown for what the system refuses as a whole, and for a NUL in a variable.
    const { code, message } = cause as NodeJS.ErrnoException;
    const isTooMuch = code === 'E2BIG';
    const reason = isTooMuch ? 'arguments and environment together are too large' : message;
    throw new SlothError('host.call_failed', { name: 'exec.run', reason }, { cause });
  }
}

/** Waits for the end of a process that was started, within its time and its room. */
async function follow(
  child: ChildProcess,
  request: ProcessRequest,
  program: string,
): Promise<ExecResult> {
  const { timeout = null, stdin, keepOutput = true, maxOutput = MOST_OUTPUT } = request.options;
  const over = new Set<StreamName>();
  const pipe = (name: StreamName): (() => Promise<string>) => {
    const stream = { bytes: child[name], sink: request.sink(name) };
    return read(stream, keepOutput ? maxOutput : null, () => {
      over.add(name);
      if (child.pid !== undefined) void endProcessGroup(child.pid);
    });
  };
  const [stdout, stderr] = [pipe('stdout'), pipe('stderr')];
  if (child.pid !== undefined) request.onGroup(child.pid);
  const unwatch = child.pid === undefined ? () => {} : watchGroup(child.pid);
  feed(child, stdin);
  const watch = endLate(child, timeout);
  const code = await exitStatus(child);
  watch.dispose();
  unwatch();
  const reason = code.reason === '' ? '' : `${program}: ${code.reason}\n`;
  if (reason !== '') request.sink('stderr').write(reason);
  const [out, printed] = [await stdout(), reason + (await stderr())];
  const [stream] = over;
  if (stream !== undefined) {
    throw new SlothError('exec.output_too_large', { stream, limit: formatSize(maxOutput) });
  }
  const exit_code = watch.timedOut() ? 124 : code.status;
  return {
    stdout: out,
    stderr: printed,
    output: (out + printed).replace(/\r?\n$/, ''),
    exit_code,
    success: exit_code === 0,
    timed_out: watch.timedOut(),
  };
}

/** Reads a stream into a sink; the function it gives waits for the rest, and gives what was kept. */
function read(
  stream: { readonly bytes: Readable | null; readonly sink: TextSink },
  limit: number | null,
  onOver: () => void,
): () => Promise<string> {
  const { bytes, sink } = stream;
  if (bytes === null) return async () => '';
  const decoder = createByteDecoder();
  const rest = followStream(bytes, {
    limit,
    onChunk: (chunk) => sink.write(decoder.push(chunk)),
    onOver,
  });
  return async () => {
    const kept = await rest();
    sink.write(decoder.end());
    sink.end();
    return bytesToText(kept);
  };
}

function feed(child: ChildProcess, stdin: string | undefined): void {
  // A program that doesn't read its input closes the pipe; that is its right.
  child.stdin?.on('error', () => {});
  if (stdin !== undefined) child.stdin?.end(textToBytes(stdin));
}

function exitStatus(child: ChildProcess): Promise<{ status: number; reason: string }> {
  return new Promise((done) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      done({ status: missing ? 127 : 126, reason: missing ? 'not found' : error.message });
    });
    child.once('exit', (status, signal) => {
      done({ status: status ?? 128 + (signal ? constants.signals[signal] : 0), reason: '' });
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
