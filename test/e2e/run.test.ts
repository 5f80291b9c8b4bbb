import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';
import { stateOf } from './stateOf.ts';

interface Message {
  readonly type: string;
  readonly task?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly at?: number;
  readonly [key: string]: unknown;
}

function messagesOf({ stdout }: Ended): Message[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Message);
}

/** How each task of a run ended. */
function endings(ended: Ended): Record<string, string> {
  const ends = messagesOf(ended).filter((message) => message.type === 'task.ended');
  return Object.fromEntries(ends.map(({ task, status }) => [task, status]));
}

async function value(box: Sandbox, stack: string, key: string): Promise<unknown> {
  const { stdout } = await box.sloth('stack', 'state', 'get', stack, key, '--json');
  return (JSON.parse(stdout) as { value: unknown }).value;
}

describe('run', () => {
  test('results, state and outputs reach the tasks after, with their types', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = task("a"):command(function(this, params, deps)
         state.set("list", { 1, 2.5, "x", true, { deep = json.null } })
         assert(state.get("list")[2] == 2.5)
         assert(state.increment("n") == 1 and state.increment("n", 4) == 5)
         assert(state.compare_swap("n", 5, 6) and not state.compare_swap("n", 5, 7))
         assert(state.has("n") and not state.has("m"))
         return true, "first", { port = 8080, name = params.who }
       end)
       local b = task("b"):depends_on({ "a" }):command(function(this, params, deps)
         assert(deps.a.message == "first" and deps.a.outputs.port == 8080)
         local shown = exec.run("echo " .. deps.a.outputs.name .. "; exit 3")
         assert(shown.exit_code == 3 and not shown.success and "got " .. shown == "got ana")
         stack.set_output("who", tostring(shown))
         assert(stack.name() == "s" and stack.get_output("who") == "ana")
         state.set("values", values.nested)
         return true
       end)
       workflow.define("w"):tasks({ a, b })`,
    );
    box.write('values.yaml', 'nested: { from: file, set: nothing }\n');
    const run = await box.sloth(
      'run',
      '--file',
      'w.sloth',
      '--stack',
      's',
      '--param',
      'who=ana',
      '--values',
      'values.yaml',
      '--set',
      'nested.set=[1, 2]',
    );
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(await value(box, 's', 'list')).toEqual([1, 2.5, 'x', true, { deep: null }]);
    expect(await value(box, 's', 'n')).toBe(6);
    expect(await value(box, 's', 'values')).toEqual({ from: 'file', set: [1, 2] });
    expect((await box.sloth('stack', 'output', 's', 'who')).stdout).toBe('ana\n');
  });

  test('the same workflow in TypeScript', async () => {
    const box = createSandbox();
    box.write(
      'site.sloth.ts',
      `import { exec, log, stack, state, task, workflow } from 'sloth-runner';

       interface Built { readonly pages: number }

       const build = task('build').command(async () => {
         const { stdout } = await exec.run('echo built');
         await state.set('built', stdout.trim());
         log.info('building');
         return [true, 'built', { pages: 3 } satisfies Built];
       });
       const publish = task('publish').dependsOn('build').command(async (_this, _params, deps) => {
         await stack.setOutput('pages', deps.build.outputs.pages);
         return true;
       });
       workflow.define('site').version('1.2.0').tasks([build, publish]).config({ timeout: '1m' });`,
    );
    const run = await box.sloth('run', '--file', 'site.sloth.ts', '--stack', 's');
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(await value(box, 's', 'built')).toBe('built');
    expect((await box.sloth('stack', 'output', 's', 'pages')).stdout).toBe('3\n');
    expect((await box.sloth('stack', 'show', 's')).stdout).toMatch(/Version: {10}1\.2\.0/);
  });

  test('independent tasks run at the same time, as many as allowed', async () => {
    const box = createSandbox();
    // Each waits for all others: together they end, one after the other they never would.
    box.write(
      'w.sloth',
      `local tasks = {}
       for i = 1, 4 do
         tasks[i] = task("t" .. i):timeout("30s"):command(function()
           fs.write("here" .. i, "")
           for j = 1, 4 do while not fs.exists("here" .. j) do exec.run("sleep 0.02") end end
         end)
       end
       workflow.define("w"):tasks(tasks)`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect([run.stderr, run.status]).toEqual(['', 0]);

    box.write(
      'one.sloth',
      `local tasks = {}
       for i = 1, 4 do
         tasks[i] = task("t" .. i):command(function()
           assert(state.increment("inside") == 1, "two at a time")
           exec.run("sleep 0.05")
           state.set("inside", 0)
         end)
       end
       workflow.define("w"):tasks(tasks)`,
    );
    const one = ['run', '--file', 'one.sloth', '--stack', 's', '--max-parallel', '1'];
    expect((await box.sloth(...one)).status).toBe(0);
  });

  test('a failed task skips what depends on it, to any depth, and nothing else', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local function ok(name) return task(name):command(function() return true end) end
       workflow.define("w"):tasks({
         task("bad"):command("echo details; exit 7"),
         ok("after"):depends_on("bad"), ok("later"):depends_on("after"),
         ok("other"), ok("more"):depends_on("other"),
       })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--json');
    expect(run.status).toBe(1);
    expect(endings(run)).toEqual({
      bad: 'failed',
      after: 'skipped',
      later: 'skipped',
      other: 'completed',
      more: 'completed',
    });
    const later = messagesOf(run).find(
      ({ type, task }) => type === 'task.ended' && task === 'later',
    );
    expect(later?.reason).toContain('bad');

    const plain = await box.sloth('run', '--file', 'w.sloth', '--stack', 'p');
    expect(plain.stdout).toMatch(/✗ bad failed in .*: .*7/);
    expect(plain.stdout).toContain('  | details\n');
    expect(plain.stdout).toContain('--resume');
  });

  test('--resume runs only what had not finished, with earlier results at hand', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = task("a"):command(function() state.increment("a") return true, "", { n = 41 } end)
       local b = task("b"):depends_on("a"):command(function(this, params, deps)
         assert(fs.exists("go"), "not yet")
         state.set("b", deps.a.outputs.n + 1)
       end)
       workflow.define("w"):tasks({ a, b })`,
    );
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(1);
    box.write('go', '');
    const resumed = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--resume');
    expect([resumed.stderr, resumed.status]).toEqual(['', 0]);
    expect(resumed.stdout).toContain('1 of 2 tasks left');
    expect([await value(box, 's', 'a'), await value(box, 's', 'b')]).toEqual([1, 42]);
    const again = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--resume');
    expect([again.status, again.stderr]).toEqual([4, expect.stringContaining('nothing to resume')]);
  });

  test('a run that was killed is found by the next command, and resumed', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = task("a"):command(function() state.increment("a") end)
       local b = task("b"):depends_on("a"):command(function()
         if not fs.exists("go") then exec.run("sleep 60") end
         state.increment("b")
       end)
       workflow.define("w"):tasks({ a, b })`,
    );
    const run = box.start('run', '--file', 'w.sloth', '--stack', 's');
    await run.printed('▶ b');
    run.child.kill('SIGKILL');
    await run.ended;
    box.write('go', '');

    const list = await box.sloth('stack', 'list', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject([{ status: 'interrupted', locked: false }]);
    expect(list.stderr).toBe('');
    const types = (await box.sloth('events', 'list', 's')).stdout;
    expect(types).toContain('lock.expired');

    const resumed = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--resume');
    expect([resumed.stderr, resumed.status]).toEqual(['', 0]);
    expect([await value(box, 's', 'a'), await value(box, 's', 'b')]).toEqual([1, 1]);
  });

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} stops in good order: ends what runs, starts nothing, frees the lock`, async () => {
      const box = createSandbox();
      box.write(
        'w.sloth',
        `workflow.define("w"):tasks({
           task("long"):command("echo $$ > pid; sleep 60 & wait"),
           task("next"):depends_on("long"):command("true"),
         })`,
      );
      const run = box.start('run', '--file', 'w.sloth', '--stack', 's', '--json');
      await run.printed('"task":"long"');
      while (!existsSync(join(box.folder, 'pid'))) await delay(10);
      run.child.kill(signal);
      const ended = await run.ended;
      expect(ended.status).toBe(status);
      expect(endings(ended)).toEqual({ long: 'interrupted', next: 'skipped' });
      const pid = Number(readFileSync(join(box.folder, 'pid'), 'utf8'));
      expect(processStart(pid)).toBeUndefined();
      const lock = await box.sloth('stack', 'lock', 'status', 's', '--json');
      expect(JSON.parse(lock.stdout)).toMatchObject({ locked: false });
    });
  }

  test('a second signal leaves at once; the next command clears up', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({
         task("stubborn"):command("trap '' INT TERM; echo $$ > pid; while :; do sleep 0.1; done"),
       })`,
    );
    const run = box.start('run', '--file', 'w.sloth', '--stack', 's');
    await run.printed('▶ stubborn');
    while (!existsSync(join(box.folder, 'pid'))) await delay(10);
    run.child.kill('SIGINT');
    await run.printed('once more leaves at once');
    run.child.kill('SIGINT');
    expect((await run.ended).status).toBe(130);
    const pid = Number(readFileSync(join(box.folder, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(processStart(pid)).toBeUndefined());
    const shown = await box.sloth('stack', 'show', 's', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'interrupted', locked: false });
  });

  test('a timeout ends all that the task started', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({
         task("slow"):timeout("300ms"):command("(echo $$ > pid; sleep 60; touch late) & wait"),
         task("looping"):timeout("300ms"):command(function() while true do pcall(function() while true do end end) end end),
       })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--json');
    expect(run.status).toBe(1);
    expect(endings(run)).toEqual({ slow: 'failed', looping: 'failed' });
    expect(run.stdout).toContain('timed out after 300ms');
    const pid = Number(readFileSync(join(box.folder, 'pid'), 'utf8'));
    expect(processStart(pid)).toBeUndefined();
  });

  test('on_failure = "rollback" puts state and outputs back as they were', async () => {
    const box = createSandbox();
    const file = (body: string): string =>
      `workflow.define("w"):tasks({ task("t"):command(function() ${body} end) })
         :config({ create_snapshot = true, on_failure = "rollback" })`;
    box.write('w.sloth', file('state.set("k", "good") stack.set_output("o", 1)'));
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(0);
    box.write(
      'w.sloth',
      file('state.set("k", "bad") state.set("x", 1) stack.set_output("o", 2) error("no")'),
    );
    const failed = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('Rolled back to snapshot v2');
    expect(await stateOf(box, 's')).toEqual({ k: 'good' });
    expect((await box.sloth('stack', 'output', 's', 'o')).stdout).toBe('1\n');
  });

  test('--dry-run shows the order and writes nothing anywhere', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({
         task("b"):depends_on("a"):command("touch ran"), task("a"):command("touch ran"),
         task("c"):depends_on("a"):command("touch ran"), })`,
    );
    const dry = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.stdout).toContain('  1. a\n  2. b, c\n');
    expect(existsSync(join(box.folder, 'ran'))).toBe(false);
    expect(existsSync(box.db)).toBe(false);

    await box.sloth('stack', 'new', 's');
    const before = [statSync(box.db).mtimeMs, readFileSync(box.db).toString('base64')];
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--dry-run')).status).toBe(
      0,
    );
    expect([statSync(box.db).mtimeMs, readFileSync(box.db).toString('base64')]).toEqual(before);
  });

  test('NAME selects a workflow, and is the stack where none is named', async () => {
    const box = createSandbox();
    const define = (name: string): string =>
      `workflow.define("${name}", { tasks = { task("t"):command(function() state.set("ran", "${name}") end) } })`;
    box.write('two.sloth', `${define('one')}\n${define('two')}`);
    expect((await box.sloth('run', 'two', '--file', 'two.sloth')).status).toBe(0);
    expect(await value(box, 'two', 'ran')).toBe('two');
    const unnamed = await box.sloth('run', '--file', 'two.sloth', '--stack', 's');
    expect([unnamed.status, unnamed.stderr]).toEqual([64, expect.stringContaining('one, two')]);
    const wrong = await box.sloth('run', 'tow', '--file', 'two.sloth', '--stack', 's');
    expect(wrong.status).toBe(4);
  });

  test('hooks, conditions, retries and artifacts do what they say', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local function note(text) return function() state.set("trail", (state.get("trail") or "") .. text .. " ") end end
       workflow.define("w"):on_start(note("start")):on_complete(note("complete")):tasks({
         task("a"):pre_hook(note("pre")):post_hook(note("post")):on_success(note("success"))
           :command("echo data > made.txt"):artifacts({ "made.txt" }),
         task("b"):depends_on("a"):consumes({ "made.txt" }):workdir("below")
           :command(function(this)
             if this.attempt < 3 then return false, "again" end
             state.set("read", exec.run("cat ../made.txt").output)
             return true
           end):retries(3, "fixed"),
         task("never"):run_if(function() return false end):command("false"),
         task("after"):depends_on("never"):command("true"),
       })`,
    );
    box.write('below/.keep', '');
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--json');
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(endings(run)).toEqual({
      a: 'completed',
      b: 'completed',
      never: 'skipped',
      after: 'completed',
    });
    expect(await value(box, 's', 'trail')).toBe('start pre post success complete ');
    expect(await value(box, 's', 'read')).toBe('data');
  });

  test('goes on to its end when nobody reads what it prints any more', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local first = task("first"):command("for i in 1 2 3 4 5; do echo line $i; sleep 0.05; done")
       local last = task("last"):depends_on("first"):command(function() state.set("done", true) end)
       workflow.define("w"):tasks({ first, last })`,
    );
    const piped = await box.shell(
      'sloth-runner run --file w.sloth --stack s --verbose | head -n 3',
    );
    expect(piped.stdout.split('\n')).toHaveLength(4);
    await vi.waitFor(async () => expect(await value(box, 's', 'done')).toBe(true), 10_000);
    const shown = await box.sloth('stack', 'show', 's', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'completed', locked: false });
  });
});
