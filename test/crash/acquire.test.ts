import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/backend/crashPoint.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { expectLogsToVerify, expectProjectionsToEqualTheLog } from './invariants.ts';
import { onStore } from './onStore.ts';

let folder: string;
let db: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-crash-'));
  db = join(folder, 'stacks.db');
  env = { PATH: process.env.PATH ?? '', HOME: folder };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function dieAt(point: CrashPoint): string {
  const args = [join(import.meta.dirname, 'acquire.ts'), db, point];
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  return stdout;
}

function withRunner<T>(action: (runner: Runner) => Promise<T>): Promise<T> {
  return onStore({ db, env }, action);
}

describe('SIGKILL while a lock is taken by hand', () => {
  const points: readonly CrashPoint[] = [
    'stack.created',
    'lock.remembered',
    'append.before',
    'append.begun',
    'append.logged',
    'append.projected',
    'append.durable',
    'append.acknowledged',
    'lock.taken',
  ];
  test.each(points)('at %s, its owner can use and free whatever was taken', async (point) => {
    dieAt(point);
    await withRunner(async (runner) => {
      const known = (await runner.client.stacks.list()).some((head) => head.name === 's');
      if (known) {
        const { lock } = await runner.client.locks.status({ stack: 's' });
        if (lock !== null) {
          // Taken for more than one command, so it outlives its process; its user holds it.
          expect(lock.locked_by).toBe('child');
          await runner.client.state.set({ stack: 's', key: 'k', value: 1 });
          await runner.client.locks.release({ stack: 's' });
        }
      }
      expect((await runner.client.locks.acquire({ stack: 's' })).renewed).toBe(false);
      await runner.client.locks.release({ stack: 's' });
      await expectLogsToVerify(runner);
      await expectProjectionsToEqualTheLog(db);
    });
  });
});

describe('SIGKILL while the schema is brought up to date', () => {
  test('leaves the old one, with all that is in it', async () => {
    await withRunner(async (runner) => {
      await runner.client.stacks.create({ stack: 's' });
      await runner.client.state.set({ stack: 's', key: 'k', value: 'v' });
      await runner.client.snapshots.create({ stack: 's' });
    });
    asOfSchema3(db);
    dieAt('migration.applied');
    const left = new DatabaseSync(db);
    expect(left.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    expect(left.prepare('SELECT * FROM entries').get()).not.toHaveProperty('checksum');
    left.close();
    await withRunner(async (runner) => {
      expect(await runner.client.state.get({ stack: 's', key: 'k' })).toMatchObject({ value: 'v' });
      expect((await runner.client.stacks.list()).map(({ name }) => name)).toEqual(['s']);
      expect((await runner.client.events.list()).events.length).toBeGreaterThan(2);
      await expectLogsToVerify(runner);
      await expectProjectionsToEqualTheLog(db);
    });
  });
});

/** Takes from a database what the fourth migration gave it. */
function asOfSchema3(path: string): void {
  const tables = ['stacks', 'commits', 'entries', 'resources'];
  const twins = ['stacks', 'entries', 'resources'];
  const database = new DatabaseSync(path);
  database.exec(twins.map((table) => `DROP INDEX ${table}_twin;`).join(' '));
  database.exec(tables.map((table) => `ALTER TABLE ${table} DROP COLUMN checksum;`).join(' '));
  database.exec(`DROP TABLE event_checksums;
    CREATE INDEX state_events_by_type ON state_events (event_type, id);
    DELETE FROM schema_migrations WHERE version > 3; PRAGMA user_version=3`);
  database.close();
}

describe('SIGKILL while the daily backup is made', () => {
  const points: readonly CrashPoint[] = ['backup.copied', 'backup.renamed'];
  test.each(points)('at %s, the store is whole and a whole backup comes', async (point) => {
    await withRunner(async (runner) => {
      await runner.client.stacks.create({ stack: 's' });
    });
    const backups = join(folder, 'backups');
    rmSync(backups, { recursive: true, force: true });
    dieAt(point);
    await withRunner(async (runner) => {
      expect((await runner.client.locks.acquire({ stack: 's' })).stack_created).toBe(false);
      await expectLogsToVerify(runner);
    });
    const names = readdirSync(backups);
    expect(names).toEqual([expect.stringMatching(/^stacks\.db\.daily\.\d{4}-\d\d-\d\d$/)]);
    const backup = new DatabaseSync(join(backups, names[0] ?? ''), { readOnly: true });
    expect(backup.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(backup.prepare('SELECT name FROM stacks').all()).toEqual([{ name: 's' }]);
    backup.close();
  });
});
