import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { neverCrash } from '../../src/backend/crashPoint.ts';
import { createSqliteBackend } from '../../src/backends/sqlite/createSqliteBackend.ts';
import { plainSealer } from '../../src/engine/secrets/testing/plainSealer.ts';
import { takeSnapshot } from '../../src/engine/snapshots/takeSnapshot.ts';
import { openStack } from '../../src/engine/stacks/openStack.ts';
import { createContext } from '../../src/sdk/createContext.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { expectLogsToVerify, expectProjectionsToEqualTheLog } from './invariants.ts';

test('a snapshot on a full disk leaves nothing half there (a limit on the database stands in for it)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const db = join(folder, 'stacks.db');
  const runner = await openRunner({ db, env: { HOME: folder }, cwd: folder });
  onTestFinished(() => runner.close());
  await runner.client.stacks.create({ stack: 's' });
  // Nothing that compression could make fit into a page that is free already.
  for (let n = 0; n < 40; n++) {
    await runner.client.state.set({
      stack: 's',
      key: `key${n}`,
      value: randomBytes(6000).toString('base64url'),
    });
  }
  const database = new DatabaseSync(db);
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  const chunks = database.prepare('SELECT count(*) AS n FROM chunks');
  const before = chunks.get();

  const full = createSqliteBackend({
    path: db,
    clock: Date.now,
    reach: neverCrash,
    onBackupFailure: () => {},
    maxPages: pages,
  });
  const context = createContext({
    backend: full,
    readOnly: false,
    inside: null,
    reach: neverCrash,
    providers: {},
    preImageMax: 1024,
    groups: { folder: join(tmpdir(), 'sloth-no-groups'), isDedicated: false },
    notice: () => {},
    sealer: plainSealer,
    locks: { ids: () => new Set(), remember: () => {}, forget: () => {} },
  });
  const { lineage } = await openStack(context, 's');
  const label = { creator: 'me', description: '', tags: [], execution: null };
  await expect(takeSnapshot(context, lineage, { label, reuse: false })).rejects.toMatchObject({
    code: 'backend.disk_full',
  });
  await full.close();

  expect((await runner.client.snapshots.list({ stack: 's' })).total).toBe(0);
  expect(chunks.get()).toEqual(before);
  database.close();
  await expectLogsToVerify(runner);
  await expectProjectionsToEqualTheLog(db);
  // With room again it goes on where it was, and no version is missing.
  expect((await runner.client.snapshots.create({ stack: 's' })).version).toBe('v1');
  expect((await runner.client.snapshots.verify({ stack: 's' })).snapshots).toMatchObject([
    { version: 'v1', whole: true },
  ]);
});
