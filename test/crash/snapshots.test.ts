import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/backend/crashPoint.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import {
  expectLogsToVerify,
  expectNothingStuck,
  expectProjectionsToEqualTheLog,
} from './invariants.ts';
import { onStore } from './onStore.ts';

type Action = 'create' | 'restore' | 'delete' | 'compact' | 'backup';

const points: Readonly<Record<Action, readonly CrashPoint[]>> = {
  create: [
    'snapshot.prepared',
    'append.before',
    'append.logged',
    'append.projected',
    'append.durable',
  ],
  restore: [
    'restore.prepared',
    'resource.intended',
    'resource.changed',
    'resource.recorded',
    'append.projected',
    'append.durable',
    'restore.committed',
  ],
  compact: ['append.projected', 'append.durable', 'log.cut', 'log.truncated', 'chunks.collected'],
  backup: [
    'backup.copied',
    'backup.renamed',
    'backup.saved',
    'backup.replaced',
    'backup.restored',
    'append.projected',
  ],
  delete: ['snapshots.deleted', 'chunks.collected', 'append.projected', 'append.durable'],
};
/** Points that one action passes several times; the others are passed once. */
const repeated = /^(append|resource)\./;
const cases = (Object.keys(points) as Action[]).flatMap((action) =>
  points[action].flatMap((point) =>
    (repeated.test(point) ? [1, 2, 3] : [1]).map((occurrence) => ({ action, point, occurrence })),
  ),
);

let folder: string;
let db: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-crash-'));
  db = join(folder, 'stacks.db');
  env = { PATH: process.env.PATH ?? '', HOME: folder };
  await withRunner(prepare);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function withRunner<T>(action: (runner: Runner) => Promise<T>): Promise<T> {
  return onStore({ db, env, cwd: folder }, action);
}

/** A stack with a file and values, `good` at an older content and `going` in between. */
async function prepare(runner: Runner): Promise<void> {
  const file = join(folder, 'w.sloth');
  const release = async (version: string): Promise<void> => {
    const config = ':config({ create_snapshot = false })';
    const app = `resource.file("app", { path = "app.conf", content = "${version}" })`;
    writeFileSync(file, `workflow.define("w"):resources({ ${app} })${config}`);
    await runner.run({ file, stack: 's', report: () => {}, onDrift: async () => 'overwrite' });
    await runner.client.state.set({ stack: 's', key: 'version', value: version });
  };
  await release('old');
  await runner.client.snapshots.create({ stack: 's', tags: ['good'] });
  await runner.client.backups.create({ file: join(folder, 'old.backup') });
  await release('between');
  await runner.client.snapshots.create({ stack: 's', tags: ['going'] });
  await release('new');
}

function perform(action: Action, point: string, occurrence: number): Promise<string | null> {
  const child = join(import.meta.dirname, 'snapshotChild.ts');
  const args = [child, db, folder, action, point, String(occurrence)];
  const started = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => started.once('close', (_, signal) => resolve(signal)));
}

async function facts(runner: Runner): Promise<{ version: unknown; names: string[] }> {
  const { snapshots } = await runner.client.snapshots.list({ stack: 's' });
  const { snapshots: verdicts } = await runner.client.snapshots.verify({ stack: 's' });
  expect(verdicts.map((each) => [each.version, each.whole])).toEqual(
    snapshots.map((each) => [each.version, true]),
  );
  const { value } = await runner.client.state.get({ stack: 's', key: 'version' });
  return { version: value, names: snapshots.map((each) => each.version) };
}

test.each(cases)(
  'SIGKILL at $point ($occurrence) of a $action loses nothing',
  async ({ action, point, occurrence }) => {
    const signal = await perform(action, point, occurrence);
    if (occurrence === 1) expect(signal).toBe('SIGKILL');
    await withRunner(async (runner) => {
      await runner.client.stacks.show({ stack: 's' });
      await expectNothingStuck(runner);
      await expectLogsToVerify(runner);
      await expectProjectionsToEqualTheLog(db);
      const { version, names } = await facts(runner);
      // All of it or nothing of it.
      expect(['old', 'new']).toContain(version);
      if (action !== 'restore' && action !== 'backup') expect(version).toBe('new');
      expect(names).toEqual(expect.arrayContaining(['v1']));
    });
    if (action === 'delete' && !(await withRunner(facts)).names.includes('v2')) return;
    expect(await perform(action, 'none', 0)).toBeNull();
    await withRunner(async (runner) => {
      const { version, names } = await facts(runner);
      if (action === 'restore') {
        expect(version).toBe('old');
        expect(readFileSync(join(folder, 'app.conf'), 'utf8')).toBe('old');
        const drift = await runner.drift.detect('s');
        expect(drift.map((each) => each.status)).toEqual(['in_sync']);
      }
      if (action === 'backup') expect([version, names]).toEqual(['old', ['v1']]);
      if (action === 'delete') expect(names).not.toContain('v2');
      if (action === 'compact')
        expect((await runner.stacks.verifyLog('s')).compacted).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
      await expectLogsToVerify(runner);
      await expectProjectionsToEqualTheLog(db);
    });
  },
);
