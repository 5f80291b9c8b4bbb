import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

/** What isn't of any stack, or numbers that only SQLite knows. */
const NOT_OF_A_STACK = ['schema_migrations', 'chunks', 'store_keys'];
const SURROGATES = ['id', 'stack_id'];

/** Another value of the same type. */
function altered(value: unknown): string | number | Uint8Array | null {
  if (typeof value === 'number') return value + 1;
  if (value instanceof Uint8Array) return new Uint8Array([...value, 32, 49]);
  if (value === null) return 'x';
  const text = String(value);
  return text.startsWith('{') ? text.replace(/"([^"]*)":/, '"$1x":') : `${text}x`;
}

test('an edit of any column of any row of a stack is named by a verification', {
  timeout: 120_000,
}, async () => {
  const box = createSandbox();
  box.write(
    'w.sloth',
    `local t = task("a"):command(function() stack.set_output("url", "good") state.set("k", { v = "good" }) end)
     local f = resource.file("f", { path = "f", content = "good" })
     workflow.define("w"):version("1.0.0"):tasks({ t }):resources({ f })`,
  );
  await box.sloth('run', '-f', 'w.sloth', '-s', 's');
  await box.sloth('stack', 'snapshot', 'create', 's');
  await box.sloth('stack', 'lock', 'acquire', 's', '--reason', 'r');
  const whole = join(box.folder, 'whole.db');
  await box.sloth('backup', 'create', '-o', whole);
  expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);

  const missed: string[] = [];
  let tried = 0;
  const database = new DatabaseSync(whole);
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !NOT_OF_A_STACK.includes(name));
  for (const table of tables) {
    const order = { entries: 'name', event_checksums: 'event_id' }[table] ?? 'rowid';
    const [row] = database.prepare(`SELECT * FROM ${table} ORDER BY ${order} DESC LIMIT 1`).all();
    if (row === undefined) throw new Error(`${table} has no row`);
    for (const column of Object.keys(row).filter((each) => !SURROGATES.includes(each))) {
      // By these the stack is found at all: without them, it isn't there.
      if (table === 'stacks' && ['lineage', 'name', 'deleted_at'].includes(column)) continue;
      tried++;
      for (const end of ['', '-wal', '-shm']) rmSync(box.db + end, { force: true });
      copyFileSync(whole, box.db);
      const edited = new DatabaseSync(box.db);
      const where = Object.keys(row)
        .map((each) => `${each} IS ?`)
        .join(' AND ');
      const change = edited
        .prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`)
        .run(altered(row[column]), ...(Object.values(row) as string[]));
      edited.close();
      expect(change.changes).toBe(1);
      const { status, stdout, stderr } = await box.sloth('stack', 'log', 's', '--verify');
      const isNamed = status !== 0 && (table === 'commits' || (stdout + stderr).includes(table));
      if (!isNamed) missed.push(`${table}.${column}: ${status} ${stdout}${stderr}`);
    }
  }
  database.close();
  expect(missed).toEqual([]);
  expect(tried).toBeGreaterThan(40);
});

test('a row that is deleted or forged is named; so is a snapshot that leads elsewhere', async () => {
  const box = createSandbox();
  await box.sloth('stack', 'new', 's');
  await box.sloth('stack', 'state', 'set', 's', 'k', 'v');
  await box.sloth('stack', 'snapshot', 'create', 's');
  const whole = join(box.folder, 'whole.db');
  await box.sloth('backup', 'create', '-o', whole);
  const verify = async (sql: string): Promise<string> => {
    for (const end of ['', '-wal', '-shm']) rmSync(box.db + end, { force: true });
    copyFileSync(whole, box.db);
    const database = new DatabaseSync(box.db);
    database.exec(sql);
    database.close();
    return (await box.sloth('stack', 'log', 's', '--verify')).stdout;
  };
  expect(await verify("DELETE FROM entries WHERE kind = 'value'")).toContain(
    "table entries, row 'value k': it is missing",
  );
  const forged = await verify(
    `INSERT INTO state_events SELECT NULL, stack_id, event_type, severity, 'forged', source, created_at,
       stack, serial, idx, at, actor, execution, data FROM state_events LIMIT 1`,
  );
  expect(await verify('INSERT INTO event_checksums SELECT id, 99, 0 FROM stacks')).toContain(
    'table event_checksums',
  );
  expect(forged).toMatch(/table state_events, row '1 0': /);
});

test('a log that was cut off or set back is found by an anchor that nobody without its key can make', async () => {
  const box = createSandbox({ SLOTH_RUNNER_ANCHOR_KEY: 'of ours' });
  await box.sloth('stack', 'new', 's');
  await box.sloth('stack', 'state', 'set', 's', 'k', 'v');
  const early = join(box.folder, 'early.db');
  await box.sloth('backup', 'create', '-o', early);
  const verify = ['stack', 'log', 's', '--verify', '--anchor', 'anchors'];
  expect((await box.sloth(...verify)).status).toBe(0);
  await box.sloth('stack', 'state', 'set', 's', 'k', 'w');
  expect((await box.sloth(...verify)).status).toBe(0);

  for (const end of ['', '-wal', '-shm']) rmSync(box.db + end, { force: true });
  copyFileSync(early, box.db);
  expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
  const found = await box.sloth(...verify);
  expect([found.status, found.stdout]).toEqual([1, expect.stringMatching(/#3.*ends at #2 now/)]);
  const other = await box.shell(`SLOTH_RUNNER_ANCHOR_KEY=theirs sloth-runner ${verify.join(' ')}`);
  expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('another key')]);
  const none = await box.shell(`SLOTH_RUNNER_ANCHOR_KEY= sloth-runner ${verify.join(' ')}`);
  expect(none.status).toBe(64);
});
