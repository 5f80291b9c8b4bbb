import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/backend/crashPoint.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { expectLogsToVerify, expectProjectionsToEqualTheLog } from './invariants.ts';
import { onStore } from './onStore.ts';

const points: readonly CrashPoint[] = [
  'keys.prepared',
  'keys.begun',
  'keys.switched',
  'keys.finished',
];
const SECRET = 'a secret that is rotated';

type Environment = Record<string, string>;

let folder: string;
let db: string;
let bare: Environment;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-rotate-'));
  db = join(folder, 'store/stacks.db');
  bare = { PATH: process.env.PATH ?? '', HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function withRunner<T>(env: Environment, action: (runner: Runner) => Promise<T>): Promise<T> {
  return onStore({ db, env, cwd: folder }, action);
}

/** A secret in a value, an output, a resource, a pre-image, a snapshot, an artifact and a backup. */
async function prepare(runner: Runner): Promise<void> {
  const file = join(folder, 'w.sloth');
  writeFileSync(join(folder, 'app.conf'), 'before');
  writeFileSync(
    file,
    `local hidden = secret("${SECRET}")
     local app = resource.file("app", { path = "app.conf", content = hidden })
     local make = task("make"):artifacts({ "made.txt" }):command(function()
       fs.write("made.txt", hidden)
       state.set("value", hidden)
       stack.set_output("output", hidden)
       return true, "made", { hidden = hidden }
     end)
     workflow.define("w"):tasks({ make }):resources({ app })`,
  );
  await runner.run({ file, stack: 's', report: () => {}, onDrift: async () => 'overwrite' });
  await runner.client.snapshots.create({ stack: 's', tags: ['good'] });
}

async function expectAllToOpen(runner: Runner): Promise<void> {
  const read = async (): Promise<unknown> =>
    (await runner.client.state.get({ stack: 's', key: 'value', show_sensitive: true })).value;
  expect(await read()).toBe(SECRET);
  const output = await runner.client.stacks.output({
    stack: 's',
    key: 'output',
    show_sensitive: true,
  });
  expect(output.value).toBe(SECRET);
  await runner.client.state.set({ stack: 's', key: 'value', value: 'another', sensitive: true });
  await runner.client.snapshots.restore({ stack: 's', version: 'good', apply: true });
  expect(await read()).toBe(SECRET);
  expect(readFileSync(join(folder, 'app.conf'), 'utf8')).toBe(SECRET);
  const drift = await runner.drift.detect('s');
  expect(drift.map(({ status }) => status)).toEqual(['in_sync']);
}

function rotate(env: Environment, point: string): Promise<string | number | null> {
  const child = join(import.meta.dirname, 'rotateChild.ts');
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const started = spawn(process.execPath, [child, db, folder, point], { env, stdio: [...stdio] });
  return new Promise((done) => started.once('close', (code, signal) => done(signal ?? code)));
}

const kinds = [
  { kind: 'a new key file', before: {}, next: {}, after: {} },
  {
    kind: 'another passphrase',
    before: { SLOTH_RUNNER_PASSPHRASE: 'one' },
    next: { NEXT_PASSPHRASE: 'two' },
    after: { SLOTH_RUNNER_PASSPHRASE: 'two' },
  },
  {
    kind: 'a passphrase instead of a key file',
    before: {},
    next: { NEXT_PASSPHRASE: 'two' },
    after: { SLOTH_RUNNER_PASSPHRASE: 'two' },
  },
];

test.each(kinds.flatMap((kind) => points.map((point) => ({ ...kind, point }))))(
  'SIGKILL at $point of a rotation to $kind leaves a store that opens, and the rotation goes on',
  async ({ before, next, after, point }) => {
    await withRunner({ ...bare, ...before }, prepare);
    const sealedBefore = await withRunner({ ...bare, ...before }, (runner) =>
      runner.secrets.list(),
    );
    expect(new Set(sealedBefore.map(({ kind }) => kind))).toEqual(
      new Set(['value', 'output', 'resource', 'task_run', 'artifact', 'preimage']),
    );
    expect(await rotate({ ...bare, ...before, ...next }, point)).toBe('SIGKILL');
    const isDone = point === 'keys.finished';
    await withRunner({ ...bare, ...(isDone ? after : before) }, async (runner) => {
      await expectAllToOpen(runner);
      await expectLogsToVerify(runner);
    });
    if (!isDone) expect(await rotate({ ...bare, ...before, ...next }, 'none')).toBe(0);
    await withRunner({ ...bare, ...after }, async (runner) => {
      await expectAllToOpen(runner);
      await expectLogsToVerify(runner);
      await expectProjectionsToEqualTheLog(db);
    });
    expect(readdirSync(join(folder, 'store')).filter((name) => name.includes('next'))).toEqual([]);
  },
);

test('after a rotation no byte of the database opens with the key of before', async () => {
  await withRunner(bare, prepare);
  const ring = everyByte();
  await rotate(bare, 'none');
  const bytes = everyByte();
  const wrapped = [...ring.matchAll(/"wrapped":\{"[^"]+":"([^"]+)"/g)].map(
    ([, text]) => text ?? '',
  );
  expect(wrapped.length).toBeGreaterThan(1);
  for (const text of wrapped) expect(bytes.includes(text)).toBe(false);
});

/** What lies in the database and its WAL. */
function everyByte(): string {
  return [db, `${db}-wal`]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'latin1'))
    .join('');
}
