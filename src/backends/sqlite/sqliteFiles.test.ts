import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { neverCrash } from '../../backend/crashPoint.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { verifyLog } from '../../backend/verifyLog.ts';
import type { SlothError } from '../../errors/SlothError.ts';
import { putEntry } from '../../model/change.ts';
import { nextCommit } from '../../testing/commitFactory.ts';
import { createSqliteBackend } from './createSqliteBackend.ts';
import { createSqliteView } from './createSqliteView.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 0, 1, 12);

let folder: string;
let path: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-files-'));
  path = join(folder, 'stacks.db');
  now = NOON;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(onBackupFailure: (error: SlothError) => void = () => {}): StateBackend {
  return createSqliteBackend({ path, clock: () => now, reach: neverCrash, onBackupFailure });
}

async function fill(): Promise<void> {
  const backend = open();
  const first = nextCommit('l1', undefined, { changes: [{ type: 'stack.put', name: 'web' }] });
  const second = nextCommit('l1', first, { changes: [putEntry('value', 'a', { value: 1 })] });
  await backend.append({ lineage: 'l1', commits: [first, second] });
  await backend.close();
}

function alter(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function backups(): string[] {
  const place = join(folder, 'backups');
  return existsSync(place) ? readdirSync(place).sort() : [];
}

describe('opening a database file', () => {
  test('creates it with its folder, foreign keys on, in WAL, every commit flushed', async () => {
    path = join(folder, 'deep', 'er', 'stacks.db');
    await fill();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    expect(() =>
      database.exec("INSERT INTO resources VALUES (1, 99, 1, 1, 1, 1, '', '', 0)"),
    ).toThrow(/FOREIGN KEY/);
    database.close();
  });

  test('refuses one that a newer program wrote, and leaves it alone', async () => {
    await fill();
    alter(`PRAGMA user_version=${SCHEMA_VERSION + 1}`);
    const details = { path, found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION };
    expect(() => open()).toThrow(expect.objectContaining({ code: 'backend.newer', details }));
    expect(() => createSqliteView(path, Date.now)).toThrow(
      expect.objectContaining({ code: 'backend.newer' }),
    );
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT count(*) AS n FROM commits').get()).toEqual({ n: 2 });
    database.close();
  });

  test('refuses what is no database, and another program’s', () => {
    writeFileSync(
      path,
      'no database at all, but long enough to have a header of its own'.repeat(20),
    );
    expect(() => open()).toThrow(expect.objectContaining({ code: 'backend.not_a_database' }));
    rmSync(path);
    alter('CREATE TABLE somebody_elses (x)');
    expect(() => open()).toThrow(expect.objectContaining({ code: 'backend.not_a_database' }));
  });

  test('says so where the folder can not be made', () => {
    writeFileSync(join(folder, 'file'), '');
    path = join(folder, 'file', 'stacks.db');
    expect(() => open()).toThrow(expect.objectContaining({ code: 'backend.unreadable' }));
  });

  test('many at once migrate once', async () => {
    const clients = Array.from({ length: 5 }, () => open());
    const database = new DatabaseSync(path);
    const applied = database.prepare('SELECT count(*) AS n FROM schema_migrations').get();
    expect(applied).toEqual({ n: SCHEMA_VERSION });
    database.close();
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('a full disk', () => {
  test('is one clear error; what was acknowledged before is there, and nothing of the rest', async () => {
    await fill();
    alter('PRAGMA wal_checkpoint(TRUNCATE)');
    const backend = open();
    const head = (await backend.read({ name: 'web' }, []))?.head;
    // SQLite's own page limit stands in for a file system without space: the code path is the same.
    const limit = new DatabaseSync(path);
    const pages = Number(limit.prepare('PRAGMA page_count').get()?.page_count);
    limit.close();
    const large = 'x'.repeat(4 * 1024 * 1024);
    const commit = nextCommit('l1', head, { changes: [putEntry('value', 'b', { value: large })] });
    const full = createSqliteBackend({
      path,
      clock: () => now,
      reach: neverCrash,
      onBackupFailure: () => {},
      maxPages: pages + 10,
    });
    await expect(full.append({ lineage: 'l1', commits: [commit] })).rejects.toMatchObject({
      code: 'backend.disk_full',
    });
    const view = await full.read({ name: 'web' }, [{ kind: 'value' }]);
    expect([...(view?.content.value.keys() ?? [])]).toEqual(['a']);
    expect(view?.head.serial).toBe(2);
    await full.close();
    await backend.close();
  });
});

describe('a damaged row', () => {
  test('is named by the read that meets it', async () => {
    await fill();
    alter("UPDATE entries SET body = '{' WHERE name = 'a'");
    const backend = open();
    await expect(backend.read({ name: 'web' }, [{ kind: 'value' }])).rejects.toMatchObject({
      code: 'backend.corrupt',
      details: { where: "table entries, row 'value a'" },
    });
    expect((await backend.read({ name: 'web' }, []))?.head.serial).toBe(2);
    await backend.close();
  });

  test.each([
    [
      'a changed body',
      "UPDATE commits SET body = replace(body, 'tester', 'intruder') WHERE serial = 2",
    ],
    ['a changed hash', "UPDATE commits SET hash = 'f00' WHERE serial = 1"],
    ['a missing commit', 'DELETE FROM commits WHERE serial = 1'],
    ['a cut-off end', 'DELETE FROM commits WHERE serial = 2'],
  ])('in the log (%s) breaks the chain', async (_, sql) => {
    await fill();
    alter(sql);
    const backend = open();
    const head = (await backend.read({ name: 'web' }, []))?.head;
    expect(verifyLog(await backend.commits('l1', { asFound: true }), head?.hash).ok).toBe(false);
    await expect(backend.commits('l1')).rejects.toMatchObject({ code: 'backend.corrupt' });
    await backend.close();
  });
});

describe('backups', () => {
  test('one a day, whole and readable, the newest seven kept', async () => {
    await fill();
    for (let day = 0; day < 10; day++) {
      now = NOON + day * DAY;
      await open().close();
      await open().close();
    }
    const names = backups();
    expect(names.length).toBe(7);
    expect(names.at(-1)).toBe('stacks.db.daily.2026-01-10');
    const view = createSqliteView(join(folder, 'backups', names[0] ?? ''), Date.now);
    expect(verifyLog(await view.commits('l1')).ok).toBe(true);
    await view.close();
  });

  test('those that a clock far ahead has made keep no place of later ones', async () => {
    await fill();
    for (let day = 0; day < 16; day++) {
      now = NOON + (day < 8 ? day * DAY + 1e12 : day * DAY);
      await open().close();
    }
    expect(backups()).toEqual(
      Array.from({ length: 7 }, (_, day) => `stacks.db.daily.2026-01-${10 + day}`),
    );
  });

  test('none of a database that was just made', async () => {
    await open().close();
    expect(backups()).toEqual([]);
  });

  test('a backup that can not be made is told, and stops nothing', async () => {
    await fill();
    writeFileSync(join(folder, 'backups'), 'in the way');
    const told: SlothError[] = [];
    await open((error) => told.push(error)).close();
    expect(told.length).toBe(1);
  });

  test('the leftovers of a killed backup are swept up by the next', async () => {
    await fill();
    await open().close();
    writeFileSync(join(folder, 'backups', 'stacks.db.daily.2025-12-31.4999999.partial'), 'half');
    now += DAY;
    await open().close();
    expect(backups().filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});
