import { accessSync, constants, existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseLocation } from '../shown.ts';
import type { Environment, Places } from './configurationFiles.ts';

/** What decides where the database is, beside the file system. */
export interface LocationSources {
  /** `--db`. */
  readonly flag: string | undefined;
  readonly env: Environment;
  /** `stacks.database_path` of the configuration; read only when the ones before say nothing. */
  readonly configured: () => string | null;
  readonly places: Places;
  readonly cwd: string;
}

/**
 * Decides where the database is: the flag, the environment, the configuration, the system's place
 * where it exists or can be created, else the user's own. On the way of every command, so it only
 * looks, with as few calls as it can, and creates nothing.
 */
export function locateDatabase(sources: LocationSources): DatabaseLocation {
  const { path, reason } = namedDatabase(sources);
  return { path: withoutLinks(path), reason };
}

/** A database has one key and one place for its backups, whatever links lead to it. */
function withoutLinks(path: string): string {
  if (!isLink(path)) return path;
  return existsSync(path) ? realpathSync(path) : resolve(dirname(path), readlinkSync(path));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    // Where it can't be looked at, opening it will tell why.
    return false;
  }
}

function namedDatabase(sources: LocationSources): DatabaseLocation {
  const { flag, env, places, cwd } = sources;
  if (flag !== undefined) return { path: resolve(cwd, flag), reason: 'given with --db' };
  if (env.SLOTH_RUNNER_DB) {
    return {
      path: resolve(cwd, env.SLOTH_RUNNER_DB),
      reason: 'from the environment variable SLOTH_RUNNER_DB',
    };
  }
  const configured = sources.configured();
  if (configured !== null) {
    return { path: resolve(cwd, configured), reason: 'stacks.database_path of the configuration' };
  }
  const system = join(places.system, 'stacks.db');
  if (existsSync(system)) {
    if (isReadable(system))
      return { path: system, reason: 'the system-wide database, which exists' };
    // Somebody who made it for himself must not lock everybody else out.
    const why = `the user's own database, because ${system} can't be read`;
    return { path: join(places.state, 'stacks.db'), reason: why };
  }
  if (canCreateIn(places.system)) {
    return { path: system, reason: 'the system-wide database, which can be created' };
  }
  const reason = `the user's own database, because ${system} does not exist and can't be created`;
  return { path: join(places.state, 'stacks.db'), reason };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    // Not readable is the answer to the question, not a failure.
    return false;
  }
}

/** Whether a folder can be written, or made: then the nearest one above it that exists can. */
function canCreateIn(folder: string): boolean {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // Not writable is the answer to the question, not a failure.
    return false;
  }
}
