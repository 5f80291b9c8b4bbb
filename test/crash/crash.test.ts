import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CrashPoint, crashPoints } from '../../src/backend/crashPoint.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { seededRandom } from '../random.ts';
import {
  expectLogsToVerify,
  expectNothingStuck,
  expectProjectionsToEqualTheLog,
  readLedger,
} from './invariants.ts';
import { onStore } from './onStore.ts';

const TASKS = ['a', 'b', 'c', 'secret', 'file', 'last'];
const RANDOM_KILLS = 50;
/** The longest a run of the workflow takes, start included, with room; kills fall anywhere in it. */
const SPAN = 700;

/** Points that a run of the workflow doesn't pass; they have cases of their own. */
const elsewhere: readonly CrashPoint[] = [
  'up.queued',
  'migration.applied',
  'lock.remembered',
  'backup.copied',
  'backup.renamed',
  'backup.saved',
  'backup.replaced',
  'backup.restored',
  'log.cut',
  'log.truncated',
  'snapshots.deleted',
  'chunks.collected',
  'restore.prepared',
  'restore.committed',
  'resources.moved',
  'keys.prepared',
  'keys.begun',
  'keys.switched',
  'keys.finished',
];

let folder: string;
let db: string;
let ledger: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-crash-'));
  db = join(folder, 'stacks.db');
  ledger = join(folder, 'ledger');
  writeFileSync(ledger, '');
  copyFileSync(join(import.meta.dirname, 'workflow.sloth'), join(folder, 'workflow.sloth'));
  env = { PATH: process.env.PATH ?? '', HOME: folder, LEDGER: ledger };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly signal: string | null;
  readonly acknowledged: readonly string[];
  readonly complaint: string;
}

function start(point: string, occurrence: number): ChildProcess {
  const child = join(import.meta.dirname, 'child.ts');
  const args = [child, db, join(folder, 'workflow.sloth'), point, String(occurrence)];
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ending(child: ChildProcess): Promise<Ended> {
  let printed = '';
  let complaint = '';
  child.stdout?.on('data', (chunk) => {
    printed += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    complaint += String(chunk);
  });
  return new Promise((resolve) => {
    child.once('close', (_, signal) => {
      const lines = printed.split('\n').filter((line) => TASKS.includes(line));
      resolve({ signal, acknowledged: lines, complaint });
    });
  });
}

function withRunner<T>(action: (runner: Runner) => Promise<T>): Promise<T> {
  return onStore({ db, env }, action);
}

/** After a kill: everything acknowledged is there, nothing is stuck, and the run can be finished. */
async function expectRecovery(acknowledged: readonly string[]): Promise<void> {
  // Killed before it wrote anything: then there is no store, and nothing was acknowledged.
  if (!existsSync(db)) return expect(acknowledged).toEqual([]);
  await withRunner(async (runner) => {
    await expectNothingStuck(runner);
    await expectLogsToVerify(runner);
    await expectProjectionsToEqualTheLog(db);
    if (acknowledged.length > 0) {
      const { tasks } = await runner.client.executions.show({ stack: 's' });
      const completed = tasks.filter((each) => each.status === 'completed');
      expect(completed.map((each) => each.task)).toEqual(expect.arrayContaining([...acknowledged]));
    }
  });
  const before = readLedger(ledger);
  const resumed = await ending(start('none', 0));
  expect(resumed.complaint).toBe('');
  const after = readLedger(ledger);
  for (const task of TASKS) expect(after.get(task)).toBeGreaterThanOrEqual(1);
  for (const task of acknowledged)
    expect([task, after.get(task)]).toEqual([task, before.get(task)]);
  await withRunner(async (runner) => {
    expect((await runner.client.stacks.show({ stack: 's' })).status).toBe('completed');
    expect(
      (await runner.client.state.get({ stack: 's', key: 'count' })).value,
    ).toBeGreaterThanOrEqual(3);
    const token = await runner.client.stacks.output({
      stack: 's',
      key: 'token',
      show_sensitive: true,
    });
    expect(token.value).toBe('s3cr3t-c');
    const { resources } = await runner.client.stacks.show({ stack: 's' });
    expect(resources.map(({ name, status }) => [name, status])).toEqual([
      ['file.conf', 'applied'],
      ['symlink.link', 'applied'],
    ]);
    const drift = await runner.drift.detect('s');
    expect(drift.map((each) => each.status)).toEqual(['in_sync', 'in_sync']);
    await expectNothingStuck(runner);
    await expectLogsToVerify(runner);
    await expectProjectionsToEqualTheLog(db);
  });
}

describe('SIGKILL while resources get other addresses', () => {
  test.each(['append.before', 'append.acknowledged', 'resources.moved'] as const)(
    'at %s: each object is known under one address, and none was made or deleted',
    async (point) => {
      await ending(start('none', 0));
      const file = join(folder, 'workflow.sloth');
      const text = readFileSync(file, 'utf8');
      const renamed = text
        .replace('resource.file("conf"', 'resource.file("config"')
        .replace('resource.symlink("link"', 'resource.symlink("current"');
      writeFileSync(file, renamed);
      const inode = statSync(join(folder, 'conf.txt')).ino;
      env.AGAIN = '1';
      const occurrence = point.startsWith('append') ? 3 : 1;
      expect((await ending(start(point, occurrence))).signal).toBe('SIGKILL');
      await withRunner(async (runner) => {
        await expectNothingStuck(runner);
        await expectLogsToVerify(runner);
        expect((await runner.client.stacks.show({ stack: 's' })).resources).toHaveLength(2);
      });
      expect((await ending(start('none', 0))).complaint).toBe('');
      await withRunner(async (runner) => {
        const { resources } = await runner.client.stacks.show({ stack: 's' });
        expect(resources.map(({ name, status, origin }) => [name, status, origin])).toEqual([
          ['file.config', 'applied', 'made'],
          ['symlink.current', 'applied', 'made'],
        ]);
      });
      expect(statSync(join(folder, 'conf.txt')).ino).toBe(inode);
    },
  );
});

describe('SIGKILL at a named point of a run', () => {
  const points = crashPoints.filter((point) => !elsewhere.includes(point));
  const cases = points.flatMap((point) => [1, 2, 5].map((occurrence) => ({ point, occurrence })));

  test.each(cases)('$point, occurrence $occurrence', async ({ point, occurrence }) => {
    const killed = await ending(start(point, occurrence));
    expect(killed.complaint).toBe('');
    if (occurrence === 1) expect(killed.signal).toBe('SIGKILL');
    // A point that is not passed so often lets the run end; then there is nothing to recover.
    if (killed.signal === null) expect(killed.acknowledged.toSorted()).toEqual(TASKS.toSorted());
    else await expectRecovery(killed.acknowledged);
  });
});

describe('SIGKILL at a random moment of a run', () => {
  test.each(Array.from({ length: RANDOM_KILLS }, (_, n) => n))('moment %i', async (n) => {
    const random = seededRandom(n);
    const child = start('none', 0);
    const ended = ending(child);
    await delay(random() * SPAN);
    child.kill('SIGKILL');
    const { acknowledged, signal } = await ended;
    if (signal === null) expect(acknowledged.toSorted()).toEqual(TASKS.toSorted());
    else await expectRecovery(acknowledged);
  });
});

describe('SIGKILL twice', () => {
  test('a resumed run that dies again is resumed again', async () => {
    const first = await ending(start('task.recorded_end', 1));
    const second = await ending(start('task.recorded_end', 2));
    expect([first.signal, second.signal]).toEqual(['SIGKILL', 'SIGKILL']);
    await expectRecovery([...first.acknowledged, ...second.acknowledged]);
  });
});
