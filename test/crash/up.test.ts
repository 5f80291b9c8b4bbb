import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/backend/crashPoint.ts';
import { hasCode } from '../../src/errors/SlothError.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import {
  expectLogsToVerify,
  expectNothingStuck,
  expectProjectionsToEqualTheLog,
} from './invariants.ts';
import { onStore } from './onStore.ts';

const points: readonly CrashPoint[] = [
  'stack.created',
  'append.projected',
  'append.durable',
  'up.queued',
  'execution.opened',
  'task.ran',
  'execution.closed',
];
const cases = points.flatMap((point) =>
  (point === 'up.queued' ? [1] : [1, 2, 4]).map((occurrence) => ({ point, occurrence })),
);
const stacks = ['base', 'left', 'right', 'top'];

let folder: string;
let db: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-crash-'));
  db = join(folder, 'stacks.db');
  env = { PATH: process.env.PATH ?? '', HOME: folder };
  writeFileSync(
    join(folder, 'sloth.yaml'),
    `stacks:
  base: { file: base.sloth }
  left: { file: left.sloth }
  right: { file: right.sloth }
  top: { file: top.sloth, depends_on: [left, right] }
`,
  );
  for (const name of stacks) {
    const use = name === 'left' || name === 'right' ? 'stack.output("base", "n")' : '1';
    writeFileSync(
      join(folder, `${name}.sloth`),
      `local n = ${use}
local work = task("work"):command(function()
  fs.append("${join(folder, 'ledger')}", "${name}\\n")
  stack.set_output("n", n)
  return true
end)
workflow.define("${name}"):version("1.0.0"):tasks({ work }):outputs({ "n" })
`,
    );
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function up(point: string, occurrence: number, how: 'all' | 'resume'): Promise<string | null> {
  const child = join(import.meta.dirname, 'upChild.ts');
  const args = [child, db, folder, point, String(occurrence), how];
  const started = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve) => started.once('close', (_, signal) => resolve(signal)));
}

function withRunner<T>(action: (runner: Runner) => Promise<T>): Promise<T> {
  return onStore({ db, env, cwd: folder }, action);
}

/** Whether there is something to go on with; a kill before the first place in line leaves nothing. */
async function canResume(runner: Runner): Promise<boolean> {
  try {
    return (await runner.planUp({ resume: true })).stacks.length > 0;
  } catch (error) {
    if (hasCode(error, 'project.nothing_to_resume')) return false;
    throw error;
  }
}

test.each(cases)('SIGKILL at $point ($occurrence) of an up loses nothing', async (each) => {
  const { point, occurrence } = each;
  const signal = await up(point, occurrence, 'all');
  if (occurrence === 1) expect(signal).toBe('SIGKILL');
  const done = await withRunner(async (runner) => {
    await expectNothingStuck(runner);
    await expectLogsToVerify(runner);
    await expectProjectionsToEqualTheLog(db);
    const heads = await runner.client.stacks.list();
    return heads.filter((head) => head.last_status === 'success').map(({ name }) => name);
  });
  if (await withRunner(canResume)) await up('none', 0, 'resume');
  else if (done.length < stacks.length) await up('none', 0, 'all');
  await withRunner(async (runner) => {
    const heads = await runner.client.stacks.list();
    expect(heads.map((head) => [head.name, head.last_status])).toEqual(
      stacks.map((name) => [name, 'success']),
    );
    expect(await canResume(runner)).toBe(false);
    expect(await runner.client.stacks.stale()).toEqual([]);
    await expectLogsToVerify(runner);
    await expectProjectionsToEqualTheLog(db);
  });
  // What had ended well was not done again.
  const path = join(folder, 'ledger');
  const ledger = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  for (const name of done) expect(ledger.filter((line) => line === name)).toHaveLength(1);
});
