import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A place of its own for one bench: a folder, and an environment that points nowhere else. */
export interface Workspace {
  readonly folder: string;
  readonly db: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cli: string;
  readonly dispose: () => void;
}

/** Makes a workspace in the system's temporary folder. */
export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-bench-'));
  const db = join(folder, 'stacks.db');
  const env = { PATH: process.env.PATH ?? '', HOME: folder, SLOTH_RUNNER_DB: db };
  return {
    folder,
    db,
    env,
    cli: resolve(import.meta.dirname, '../bin/sloth-runner.cjs'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
