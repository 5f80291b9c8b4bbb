import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { delimiter } from 'node:path';
import { assertWorkdir } from '../../engine/machine/assertWorkdir.ts';
import { createFetch } from '../../engine/machine/createFetch.ts';
import { assertFits, fitStart, type Start } from '../../engine/machine/fitStart.ts';
import { followStream } from '../../engine/machine/followStream.ts';
import { endProcessGroup } from '../../engine/machine/processGroup.ts';
import { recordedStart } from '../../engine/machine/recordedStart.ts';
import type { ProgramRecord, ProgramResult, ProviderMachine } from '../../model/provider.ts';
import { formatSize } from '../../model/size.ts';
import { createSigner, type Signer } from '../../services/secrets/signer.ts';
import { isProgram } from '../../services/validation/isProgram.ts';
import { groupIsAlive } from '../process/groupIsAlive.ts';
import { processStart } from '../process/processStart.ts';

/** Most that a script of a provider may print, in bytes. */
const PRINTED = 16_000_000;

const temporaryKey = randomBytes(32);
const ofThisProcess = createSigner(
  async () => temporaryKey,
  async () => true,
);

/** This machine, as providers see it. */
export function createProviderMachine(options: {
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Of the store; where there is none, what is signed is recognised in this process only. */
  readonly signer?: Signer;
  readonly notice?: (message: string) => void;
  /** Where its programs are written down; `null` for those that only look. */
  readonly record?: ProgramRecord | null;
}): ProviderMachine {
  const { workdir, signal, signer = ofThisProcess, notice = () => {}, record = null } = options;
  const env = withSystemPath(options.env);
  return {
    workdir,
    env,
    signal,
    fetch: createFetch(env),
    processStart,
    groupIsAlive,
    sign: signer.sign,
    isSigned: signer.isSigned,
    notice,
    narrowed: (to) =>
      createProviderMachine({
        ...options,
        workdir: to.workdir ?? workdir,
        env,
        record: to.record ?? record,
        signal: to.signal === undefined ? signal : AbortSignal.any([signal, to.signal]),
      }),
    async run(command, given = {}) {
      const cwd = given.workdir ?? workdir;
      await assertWorkdir(cwd, '');
      const start = await fitStart({ command, env: { ...env, ...given.env } }, null);
      try {
        return await runToEnd(start, { cwd, signal, record }, given.stdin ?? '');
      } finally {
        await start.dispose();
      }
    },
    async launch(command, given) {
      const cwd = given.workdir ?? workdir;
      await assertWorkdir(cwd, '');
      const wanted = { ...outlivingEnvironment(env), ...given.env };
      assertFits({ command, env: wanted });
      return launch({ command, env: wanted }, cwd, given.log);
    },
  };
}

/** Where and under whose eyes a program runs. */
interface Surroundings {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly record: ProgramRecord | null;
}

/**
 * Runs a program to its end. One that is recorded leads a group of its own, and ends as a whole where it is
 * given up: what changes an object must not go on beside whoever comes next. What such a program left
 * running when it ended, it left on purpose.
 */
async function runToEnd(
  start: Start,
  surroundings: Surroundings,
  stdin: string,
): Promise<ProgramResult> {
  const { signal, record } = surroundings;
  const [program = ''] = start.command;
  signal.throwIfAborted();
  const child = startProgram(start, surroundings);
  let isOver = false;
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= endProgram(child, record !== null);
  };
  const onOver = (): void => {
    isOver = true;
    end();
  };
  const stdout = followStream(child.stdout, { limit: PRINTED, onOver });
  const stderr = followStream(child.stderr, { limit: PRINTED, onOver });
  // Whoever ends without reading all of it has said enough by its status.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  signal.addEventListener('abort', end, { once: true });
  try {
    const ended = await endOf(child);
    const printed = { stdout: String(await stdout()), stderr: String(await stderr()) };
    if (isOver) throw tooMuch(program);
    signal.throwIfAborted();
    if (ended.status === null) throw new Error(`${program} was ended by ${ended.signal}`);
    return { ...printed, exitCode: ended.status };
  } finally {
    signal.removeEventListener('abort', end);
    await ending;
    if (record !== null && child.pid !== undefined) record.release(child.pid);
  }
}

function startProgram(start: Start, { cwd, record }: Surroundings): ChildProcess {
  const [program = ''] = start.command;
  const isRecorded = record !== null;
  // The shell that writes the record would answer for a program that is not there.
  if (isRecorded && !isProgram(program, cwd, start.env.PATH ?? '')) throw notThere(program);
  const { command, env } = isRecorded ? recordedStart(start) : start;
  const [file = '', ...args] = command;
  const pipes = ['pipe', 'pipe', 'pipe'] as const;
  const stdio = isRecorded ? [...pipes, record.descriptor()] : [...pipes];
  return spawn(file, args, { cwd, env, detached: isRecorded, stdio });
}

/** As the system says it of a program that it can't find. */
function notThere(program: string): Error {
  return Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' });
}

async function endProgram(child: ChildProcess, isGroup: boolean): Promise<void> {
  if (isGroup && child.pid !== undefined) await endProcessGroup(child.pid);
  else child.kill();
}

/** How a program ended; rejects where it could not be started. */
function endOf(
  child: ChildProcess,
): Promise<{ readonly status: number | null; readonly signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve({ status, signal }));
  });
}

function tooMuch(program: string): Error {
  return new Error(`${program} printed more than ${formatSize(PRINTED)}, and was ended`);
}

function launch(
  { command: [file = '', ...args], env }: Start,
  cwd: string,
  path: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const log = openSync(path, 'a');
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve(child.pid ?? 0);
    });
  });
}

/** What outlives a run is no part of it: it must not write under the lock that the run had. */
function outlivingEnvironment(
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { SLOTH_RUNNER_EXECUTION: _, SLOTH_RUNNER_LOCK_ID: __, ...others } = env;
  return others;
}

/** Where the system's own programs are; the PATH of somebody who is not root often leaves them out. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

function withSystemPath(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const known = (env.PATH ?? '').split(delimiter);
  const missing = SYSTEM.filter((folder) => !known.includes(folder));
  if (missing.length === 0) return env;
  return { ...env, PATH: [...known.filter((folder) => folder !== ''), ...missing].join(delimiter) };
}
