import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { isSlothError } from '../../src/errors/SlothError.ts';
import { openReader } from '../../src/sdk/openReader.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import type { FrequentRunner, Runner } from '../../src/sdk/Runner.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const PAGE = 4096;
const ROUNDS = 300;

/** Numbers from 0 to below a bound, the same for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What may happen to a page: a bit, some bytes, all of it, another one in its place. */
const damages: readonly ((
  file: Buffer,
  page: number,
  random: (below: number) => number,
) => void)[] = [
  (file, page, random) => {
    const at = page * PAGE + random(PAGE);
    file[at] = (file[at] ?? 0) ^ (1 << random(8));
  },
  // Where a page says how many rows it has, and where they lie.
  (file, page, random) => {
    file[page * PAGE + random(64)] = random(256);
  },
  (file, page, random) => {
    const [at, length] = [random(PAGE - 64), 1 + random(64)];
    for (let index = 0; index < length; index++) file[page * PAGE + at + index] = random(256);
  },
  (file, page) => file.fill(0, page * PAGE, (page + 1) * PAGE),
  (file, page, random) => {
    for (let index = 0; index < PAGE; index++) file[page * PAGE + index] = random(256);
  },
  (file, page, random) => {
    const other = random(file.length / PAGE);
    file.copy(file, page * PAGE, other * PAGE, (other + 1) * PAGE);
  },
];

/** A store with something in every table, as one file. */
async function fill(box: Sandbox): Promise<Buffer> {
  box.write(
    'w.sloth',
    `local names = {}
     for index = 1, 40 do names[index] = task("t" .. index):command(function()
       stack.set_output("output" .. index, "value " .. index) state.set("k" .. index, { v = index }) end) end
     local files = {}
     for index = 1, 30 do files[index] = resource.file("f" .. index, { path = "f" .. index, content = "good" .. index }) end
     workflow.define("w"):version("1.0.0"):tasks(names):resources(files)`,
  );
  box.write(
    'user.sloth',
    `local t = task("u"):command(function() local v = stack.output("s", "output3") stack.set_output("o", v) end)
     workflow.define("user"):version("1.0.0"):depends_on({ "s" }):tasks({ t })`,
  );
  const all = [
    await box.sloth('run', '-f', 'w.sloth', '-s', 's'),
    await box.sloth('stack', 'snapshot', 'create', 's'),
    await box.sloth('run', '-f', 'user.sloth', '-s', 'u'),
    await box.sloth('stack', 'state', 'set', 's', 'k1', 'other'),
    await box.sloth('stack', 'output', 's'),
  ];
  for (let index = 0; index < 30; index++) {
    all.push(await box.sloth('stack', 'new', `stack${index}`, '--description', 'x'.repeat(200)));
  }
  for (const { status, stderr } of all) expect([status, stderr]).toEqual([0, expect.anything()]);
  const whole = join(box.folder, 'whole.db');
  expect((await box.sloth('backup', 'create', '-o', whole)).status).toBe(0);
  const database = new DatabaseSync(whole);
  database.exec('PRAGMA journal_mode=DELETE');
  database.close();
  return readFileSync(whole);
}

/** What an answer is that says itself that it is about something damaged. */
const refusal = 'refused';

/** What is asked of the store; each as a command of the CLI asks it. */
const questions: Readonly<Record<string, (runner: Runner) => Promise<unknown>>> = {
  'stack list': ({ client }) => client.stacks.list(),
  'stack list, stale': ({ client }) => client.stacks.stale(),
  'stack list, by status': ({ client }) => client.stacks.list({ status: 'completed' }),
  'stack show': ({ client }) => client.stacks.show({ stack: 's' }),
  'stack history': ({ client }) => client.executions.list({ stack: 's' }),
  'stack output': ({ client }) => client.stacks.outputs({ stack: 's' }),
  'stack output, one': ({ client }) => client.stacks.output({ stack: 's', key: 'output7' }),
  'stack at': ({ client }) => client.stacks.at({ stack: 's', at: '#10' }),
  'stack log': ({ client }) => client.log.list({ stack: 's', limit: 0 }),
  'stack log, some': ({ client }) => client.log.list({ stack: 's', limit: 5 }),
  'stack changes': ({ stacks }) => stacks.changes('s'),
  'lock status': ({ client }) => client.locks.list(),
  'snapshot list': ({ client }) => client.snapshots.list({ stack: 's' }),
  'snapshot show': async ({ client }) => {
    const shown = await client.snapshots.show({ stack: 's', version: 'latest' });
    return shown.intact ? shown : refusal;
  },
  'snapshot compare': ({ client }) =>
    client.snapshots.compare({ stack: 's', from: 'latest', to: 'current' }),
  'state list': ({ client }) => client.state.list({ stack: 's' }),
  'state get': ({ client }) => client.state.get({ stack: 's', key: 'k9' }),
  events: ({ client }) => client.events.list({ limit: 0 }),
  'events, one stack': ({ client }) => client.events.list({ stack: 's', limit: 0 }),
  'events, one type': ({ client }) =>
    client.events.list({ stack: 's', type: ['stack.created'], limit: 0 }),
  'events, newest': ({ client }) => client.events.list({ limit: 7 }),
  'resource history': ({ client }) => client.resources.history({ stack: 's', resource: 'file.f3' }),
  'drift show': ({ drift }) => drift.show('s'),
  'deps show': ({ deps }) => deps.show('u'),
  why: ({ why }) => why('u'),
};
const quick: Readonly<Record<string, (runner: FrequentRunner) => Promise<unknown>>> = {
  'quick: stack list': ({ client }) => client.stacks.list(),
  'quick: lock status': async ({ client }) => ({
    ...(await client.locks.status({ stack: 's' })),
    now: 0,
  }),
  'quick: stack output': ({ client }) => client.stacks.outputs({ stack: 's' }),
};

/** What each question gives: an answer as JSON, or `refusal`. */
async function ask(box: Sandbox): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const answer = async (name: string, given: () => Promise<unknown>): Promise<void> => {
    try {
      const value = await given();
      answers.set(name, value === refusal ? refusal : JSON.stringify(value, withMaps));
    } catch (error) {
      // What the start of the CLI can't answer, whatever it throws, the whole program is asked for.
      const isTold = isSlothError(error) || name.startsWith('quick');
      answers.set(name, isTold ? refusal : `broke: ${String(error)}`);
    }
  };
  const options = { db: box.db, env: box.env, cwd: box.folder };
  const runner = await openRunner({ ...options, readOnly: true });
  for (const [name, question] of Object.entries(questions)) {
    await answer(name, () => question(runner));
  }
  await runner.close();
  for (const [name, question] of Object.entries(quick)) {
    await answer(name, async () => {
      const reader = openReader(options);
      try {
        return await question(reader);
      } finally {
        await reader.close();
      }
    });
  }
  return answers;
}

function withMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

test('of hundreds of damaged pages none makes an answer another one', {
  timeout: 300_000,
}, async () => {
  const box = createSandbox();
  const whole = await fill(box);
  rmSync(dirname(box.db), { recursive: true });
  mkdirSync(dirname(box.db));
  const put = (file: Uint8Array): void => {
    for (const end of ['-wal', '-shm']) rmSync(box.db + end, { force: true });
    writeFileSync(box.db, file);
  };
  put(whole);
  const right = await ask(box);
  expect([...right].filter(([, text]) => /^(refused|broke)/.test(text))).toEqual([]);

  const random = createRandom(20_261_125);
  const wrong: string[] = [];
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const file = Buffer.from(whole);
    const [kind, page] = [round % damages.length, random(file.length / PAGE)];
    damages[kind]?.(file, page, random);
    put(file);
    for (const [name, text] of await ask(box)) {
      if (text === refusal) refused++;
      else if (text !== right.get(name)) {
        wrong.push(`damage ${kind} of page ${page} in round ${round}, ${name}: ${text}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(ROUNDS);
});

test('a damaged row is named by the command that meets it, with what to do', async () => {
  const box = createSandbox();
  await box.sloth('stack', 'new', 's');
  await box.sloth('stack', 'state', 'set', 's', 'k', 'good');
  const edit = (sql: string): void => {
    const database = new DatabaseSync(box.db);
    database.exec(sql);
    database.close();
  };
  edit("UPDATE entries SET body = replace(body, 'good', 'evil')");
  const value = await box.sloth('stack', 'state', 'get', 's', 'k');
  expect([value.status, value.stdout]).toEqual([1, '']);
  expect(value.stderr).toContain("table entries, row 'value k'");
  expect(value.stderr).toContain('backup restore latest');

  edit("UPDATE stacks SET head = replace(head, 'created', 'completed')");
  for (const command of [
    ['stack', 'list'],
    ['stack', 'lock', 'status', 's'],
  ]) {
    const { status, stdout, stderr } = await box.sloth(...command);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain("table stacks, row 's'");
  }
});
