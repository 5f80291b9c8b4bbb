import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { ProviderMachine } from '../../model/provider.ts';
import { processStart } from '../process/processStart.ts';

/** Most that a script of a provider may print, in bytes. */
const PRINTED = 16 * 1024 * 1024;

/** This machine, as providers see it. */
export function createProviderMachine(options: {
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): ProviderMachine {
  const { workdir, signal } = options;
  const env = withSystemPath(options.env);
  return {
    workdir,
    env,
    signal,
    processStart,
    narrowed: (to) =>
      createProviderMachine({
        workdir: to.workdir ?? workdir,
        env,
        signal: to.signal === undefined ? signal : AbortSignal.any([signal, to.signal]),
      }),
    run: ([file = '', ...args], given = {}) =>
      new Promise((resolve, reject) => {
        const settings = {
          cwd: given.workdir ?? workdir,
          env: { ...env, ...given.env },
          maxBuffer: PRINTED,
          signal,
        };
        const child = execFile(file, args, settings, (error, stdout, stderr) => {
          // A program that ended with a status has answered; one that could not run has not.
          if (error === null) resolve({ stdout, stderr, exitCode: 0 });
          else if (typeof error.code === 'number')
            resolve({ stdout, stderr, exitCode: error.code });
          else reject(error);
        });
        // Whoever ends without reading all of it has said enough by its status.
        child.stdin?.on('error', () => {});
        child.stdin?.end(given.stdin ?? '');
      }),
    launch: ([file = '', ...args], given) =>
      new Promise((resolve, reject) => {
        const log = openSync(given.log, 'a');
        const child = spawn(file, args, {
          cwd: given.workdir ?? workdir,
          env: { ...outlivingEnvironment(env), ...given.env },
          detached: true,
          stdio: ['ignore', log, log],
        });
        closeSync(log);
        child.once('error', reject);
        child.once('spawn', () => {
          child.unref();
          resolve(child.pid ?? 0);
        });
      }),
  };
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
