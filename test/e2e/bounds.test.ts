import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTask } from './runTask.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

/** Runs a workflow in TypeScript whose tasks are given. */
function runScript(box: Sandbox, tasks: string): Promise<Ended> {
  const words = 'exec, secret, state, task, workflow';
  box.write(
    'w.sloth.ts',
    `import { ${words} } from 'sloth-runner';
     import { execSync } from 'node:child_process';
     workflow.define('w').tasks([${tasks}]);`,
  );
  return box.sloth('run', '--file', 'w.sloth.ts', '--stack', 's');
}

const value = async (box: Sandbox, key: string): Promise<string> =>
  (await box.sloth('stack', 'state', 'get', 's', key)).stdout;

describe('code that ends more than itself', () => {
  test.each([0, 3])(
    'process.exit(%s) fails its task, and nothing after it runs',
    async (status) => {
      const box = createSandbox();
      const ended = await runScript(
        box,
        `task('a').command(async () => process.exit(${status})),
       task('b').dependsOn('a').command('echo b > b')`,
      );
      expect(ended.status).toBe(1);
      expect(ended.stdout).toContain(`exit status ${status}`);
      expect(ended.stdout).toContain('process.exit');
      expect(existsSync(join(box.folder, 'b'))).toBe(false);
      const history = await box.sloth('stack', 'history', 's', '--json');
      expect(JSON.parse(history.stdout)).toMatchObject({ executions: [{ status: 'failed' }] });
    },
  );

  test.each([
    ['a timer', "setTimeout(() => { throw new Error('login failed: ' + pw); }, 20)"],
    ['a promise that nobody awaits', "void Promise.reject(new Error('login failed: ' + pw))"],
  ])(
    'an error of %s is one clear error, its secret masked, its children ended',
    async (_, code) => {
      const box = createSandbox();
      const { status, stdout, stderr } = await runScript(
        box,
        `task('a').command(async () => {
         const pw = 'S3CRET-REJECTED'; secret(pw); ${code};
         await exec.run('sleep 2; touch alive');
       })`,
      );
      expect(status).toBe(1);
      expect(stdout).toMatch(/An error that no code of the workflow caught: login failed: /);
      expect(stdout).toContain('w.sloth.ts:');
      expect(stdout + stderr).not.toContain('S3CRET');
      await new Promise((resolve) => setTimeout(resolve, 2200));
      expect(existsSync(join(box.folder, 'alive'))).toBe(false);
    },
  );
});

describe('code that never gives way', () => {
  test.each([
    ['a loop', 'for (;;) {}'],
    ['a regular expression', "/^(a+)+$/.test('a'.repeat(40) + 'b')"],
    ['a child that it waits for', "execSync('sleep 60')"],
    ['a promise', 'await new Promise(() => {})'],
  ])(
    '%s in TypeScript ends at the time of its task; the next one has its engine',
    async (_, code) => {
      const box = createSandbox();
      const { status, stdout } = await runScript(
        box,
        `task('a').timeout('300ms').command(async () => { ${code}; }),
       task('b').command(async () => { await state.set('b', 1); })
         .runIf(async () => { while (!(await state.get('go'))) await exec.run('sleep 0.1'); return true; }),
       task('c').command('sleep 1').onSuccess(async () => { await state.set('go', true); })`,
      );
      expect(status).toBe(1);
      expect(stdout).toContain('300ms');
      expect(stdout).toMatch(/✓ c completed/);
    },
  );

  test('a pattern in Lua ends at the time of its task, and holds up no other task', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = task("a"):timeout("1s"):command(function()
         local s = string.rep("a", 30000); s:find(".-.-.-.-b")
       end)
       local b = task("b"):command(function() state.set("b", 1) end)
       workflow.define("w"):tasks({ a, b })`,
    );
    const { status, stdout } = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect(status).toBe(1);
    expect(stdout).toMatch(/a .*after 1s/);
    expect(await value(box, 'b')).toBe('1\n');
  });

  test.each([
    ['w.sloth', 'while true do end'],
    ['w.sloth', 'local s = string.rep("a", 30000); s:find(".-.-.-.-b")'],
    ['w.sloth.ts', 'for (;;) {}'],
  ])('at the top level of %s, %s is ended by a signal', async (file, code) => {
    const box = createSandbox();
    box.write(file, code);
    const run = box.start('run', '--file', file, '--stack', 's');
    await new Promise((resolve) => setTimeout(resolve, 700));
    run.child.kill('SIGINT');
    const { status, stderr } = await run.ended;
    expect(status).toBe(130);
    expect(stderr).toContain('was stopped');
    expect(JSON.parse((await box.sloth('stack', 'list', '--json')).stdout)).toEqual([]);
  });

  test('patterns that may take long give what the library gives', async () => {
    const box = createSandbox();
    const { stdout, stderr, status } = await runTask(
      box,
      `local long = string.rep("key = value, ", 4000)
       print(long:find("(%w+) = (%w+)"))
       print(long:match("^(%w+)%s*=%s*(%w+)%s*,(.+)$", 1) == "key")
       local n = 0
       for k, v in long:gmatch("(%w+) = (%w+)") do n = n + (k == "key" and v == "value" and 1 or 0) end
       print(n)
       print(select(2, long:gsub("%w+", "x")), #(long:gsub("%w+", "%0%0")))
       print(#(long:gsub("(%w+) = ", { key = "k:" })), (long:gsub("%w+", function(w) return nil end)) == long)
       print(#(long:gsub("%w+", string.upper, 2)), (long:gsub("%w+", string.upper, 1)):sub(1, 9))
       print(pcall(string.find, long, "(%w+"))`,
      '--verbose',
    );
    expect([stderr, status]).toEqual(['', 0]);
    const printed = stdout.split('\n').flatMap((line) => line.split('t | ').slice(1));
    expect(printed).toEqual([
      '1\t11\tkey\tvalue',
      'true',
      '4000',
      '8000\t84000',
      '36000\ttrue',
      '52000\tKEY = val',
      expect.stringMatching(/^false\t.*unfinished capture/),
    ]);
  });
});

test('what a task did before it was ended is kept', async () => {
  const box = createSandbox();
  await runScript(
    box,
    `task('a').timeout('400ms').command(async () => { await state.set('k', 7); for (;;) {} })`,
  );
  expect(await value(box, 'k')).toBe('7\n');
  expect(readFileSync(box.db).byteLength).toBeGreaterThan(0);
});
