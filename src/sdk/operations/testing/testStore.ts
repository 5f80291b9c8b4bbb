import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, expect } from 'vitest';
import { openRunner } from '../../openRunner.ts';
import type { Runner } from '../../Runner.ts';
import { type Operations, operations } from '../operations.ts';

/** A runner on a store of its own, in a folder of its own, for each test of a file. */
export function testStore(): { readonly runner: Runner; readonly folder: string } {
  let folder: string;
  let runner: Runner;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sloth-operations-'));
    const env = { HOME: folder };
    runner = await openRunner({ db: join(folder, 'stacks.db'), env, cwd: folder });
  });
  afterEach(async () => {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get runner() {
      return runner;
    },
    get folder() {
      return folder;
    },
  };
}

/** Expects that an operation gave what its schema says. */
export function expectOutput(id: keyof Operations, output: unknown): void {
  expect(v.safeParse(operations[id].output, output).issues ?? [], id).toEqual([]);
}
