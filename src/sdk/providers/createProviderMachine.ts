import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { delimiter } from 'node:path';
import { assertWorkdir } from '../../engine/host/assertWorkdir.ts';
import { createFetch } from '../../engine/host/createFetch.ts';
import { assertFits, fitStart, type Start } from '../../engine/host/fitStart.ts';
import type { ProgramResult, ProviderMachine } from '../../model/provider.ts';
import { formatSize } from '../../model/size.ts';
import { createSigner, type Signer } from '../../services/secrets/signer.ts';
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
}): ProviderMachine {
  const { workdir, signal, signer = ofThisProcess, notice = () => {} } = options;
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
        signal: to.signal === undefined ? signal : AbortSignal.any([signal, to.signal]),
      }),
    async run(command, given = {}) {
      const cwd = given.workdir ?? workdir;
      await assertWorkdir(cwd, '');
      const start = await fitStart({ command, env: { ...env, ...given.env } }, null);
      try {
        return await runToEnd(start, { cwd, signal }, given.stdin ?? '');
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

function runToEnd(
  { command: [file = '', ...args], env }: Start,
  where: { readonly cwd: string; readonly signal: AbortSignal },
  stdin: string,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const settings = { ...where, env, maxBuffer: PRINTED };
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      // A program that ended with a status has answered; one that could not run has not.
      if (error === null) resolve({ stdout, stderr, exitCode: 0 });
      else if (typeof error.code === 'number') resolve({ stdout, stderr, exitCode: error.code });
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') reject(tooMuch(file));
      else reject(error);
    });
    // Whoever ends without reading all of it has said enough by its status.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
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
