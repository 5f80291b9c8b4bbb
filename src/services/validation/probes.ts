import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isProgram } from './isProgram.ts';

/** What validation asks of the machine; injected, so that the checks themselves are pure. */
export interface Probes {
  fileExists(path: string): boolean;
  /** Whether a program of this name is on the PATH, or at this path. */
  programExists(name: string): boolean;
  /** Bytes free for this user where a path lies or would lie. */
  freeSpace(path: string): number;
  /** Whether a file can really be created in a folder, which may not exist yet. */
  canWrite(folder: string): boolean;
  /** Whether a file or folder that is there can be changed; `true` for what is not there. */
  canChange(path: string): boolean;
  env(name: string): string | undefined;
}

/** The probes of this machine, relative to a folder. */
export function machineProbes(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Probes {
  return {
    fileExists: (path) => existsSync(resolve(cwd, path)),
    programExists: (name) => isProgram(name, cwd, env.PATH ?? ''),
    freeSpace(path) {
      const { bavail, bsize } = statfsSync(nearestFolder(resolve(cwd, path)));
      return bavail * bsize;
    },
    canWrite: (folder) => tryWriting(nearestFolder(resolve(cwd, folder))),
    canChange: (path) => mayChange(resolve(cwd, path)),
    env: (name) => env[name],
  };
}

function mayChange(path: string): boolean {
  if (!existsSync(path)) return true;
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Whatever the reason, it can't be written: that is the answer.
    return false;
  }
}

/**
 * Creates and removes a folder: permission bits alone say nothing of read-only file systems,
 * quotas or access lists, and for root they say nothing at all.
 */
function tryWriting(folder: string): boolean {
  const probe = join(folder, `.sloth-runner-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    writeFileSync(join(probe, 'probe'), '');
    return true;
  } catch {
    // Whatever the reason, it can't be written: that is the answer.
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
