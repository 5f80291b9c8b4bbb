import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlothError } from '../../errors/SlothError.ts';
import type { ActionResult, CallOptions, WorkflowProgram } from '../../model/host.ts';
import { callAction, firstTask } from '../typescript/testing/loadSketch.ts';
import { type SketchedHost, sketchHost } from '../typescript/testing/sketchHost.ts';
import { loadLuaWorkflow } from './loadLuaWorkflow.ts';

let folder: string;
let sketched: SketchedHost;
let programs: WorkflowProgram[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-lua-'));
  sketched = sketchHost(folder);
  programs = [];
});

afterEach(async () => {
  for (const program of programs) await program.close();
  rmSync(folder, { recursive: true, force: true });
});

async function load(text: string): Promise<WorkflowProgram> {
  const file = join(folder, 'flow.sloth');
  writeFileSync(file, text);
  const program = await loadLuaWorkflow(file, sketched.host);
  programs.push(program);
  return program;
}

/** Runs a body as the command of a task, with `this`, `params` and `deps` at hand. */
async function run(body: string, options?: CallOptions): Promise<ActionResult> {
  const program = await load(
    `workflow.define("flow"):tasks({ task("first"):command(function(this, params, deps)\n${body}\nend) })`,
  );
  return callAction(program, firstTask(program).command, sketched, options);
}

async function failureOf(action: Promise<unknown>): Promise<SlothError> {
  return action.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as SlothError,
  );
}

describe('definitions', () => {
  test('every word of a task and a workflow lands in the definition', async () => {
    const { workflows } = await load(`
      local a = task("a"):command("true")
      local b = task("b"):description("second"):command("make"):workdir("sub"):env({ A = 1, B = true })
        :user("ana"):timeout("1m30s"):retries(2, "linear"):depends_on("a"):run_if("test -f x")
        :artifacts("a.txt", "b.txt"):consumes({ "c.txt" }):tags("slow"):build()
      workflow.define("w"):description("d"):version("1.2"):tasks({ a, b }):depends_on({ "net", "db" })
        :requires({ programs = { "make" }, disk = "1GB" })
        :config({ timeout = "30m", require_lock = false, on_failure = "rollback", max_parallel_tasks = 2 })
        :build()`);
    expect(workflows).toHaveLength(1);
    expect(workflows[0]).toMatchObject({
      name: 'w',
      description: 'd',
      version: '1.2',
      dependsOn: ['net', 'db'],
      requires: { programs: ['make'], disk: 1e9 },
      config: {
        timeout: 1_800_000,
        requireLock: false,
        onFailure: 'rollback',
        maxParallelTasks: 2,
        validateBefore: null,
      },
    });
    expect(workflows[0]?.tasks[1]).toMatchObject({
      name: 'b',
      description: 'second',
      command: { kind: 'shell', script: 'make' },
      workdir: 'sub',
      env: { A: '1', B: 'true' },
      user: 'ana',
      timeout: 90_000,
      retries: { count: 2, strategy: 'linear' },
      dependsOn: ['a'],
      runIf: { kind: 'shell', script: 'test -f x' },
      artifacts: ['a.txt', 'b.txt'],
      consumes: ['c.txt'],
      tags: ['slow'],
      at: { line: 3 },
    });
  });

  test('tasks come in a list, by name, or both; a table form says the same', async () => {
    const { workflows } = await load(`
      workflow.define("w", { version = "3", tasks = {
        task("listed"):command("true"),
        zeta = { command = "z", depends_on = { "listed" } },
        alpha = { command = "a" },
      }, config = { timeout = 60 } })`);
    const [workflow] = workflows;
    expect(workflow?.tasks.map((each) => each.name)).toEqual(['listed', 'alpha', 'zeta']);
    expect(workflow).toMatchObject({ version: '3', config: { timeout: 60_000 } });
  });

  test.each([
    ['task("a"):comand("true")', 'workflow.load_failed', /\btask:comand\b.*\bcommand\b/, 1],
    ['\nworkflow.define("w"):task({})', 'workflow.load_failed', /\bworkflow:task\b.*\btasks\b/, 2],
    ['workflow.define("w"):tasks("a")', 'workflow.invalid', /\btasks\b/, 1],
    [
      'workflow.define("w"):tasks({ task("a"):retries("many") })',
      'workflow.invalid',
      /'a'.*'retries'/,
      1,
    ],
  ])('%s is refused at its line', async (text, code, reason, line) => {
    const failure = await failureOf(load(text));
    expect(failure).toMatchObject({ code, details: { reason: expect.stringMatching(reason) } });
    expect(failure.source).toMatchObject({ line });
  });
});

describe('values', () => {
  test('keep their types on the way to the stack and back', async () => {
    await run(`
      local given = { n = 1, f = 1.5, s = "x", t = true, list = { 1, 2 }, empty = {}, deep = { { a = json.null } } }
      state.set("k", given)
      local back = state.get("k")
      assert(math.type(back.n) == "integer" and math.type(back.f) == "float")
      assert(back.list[2] == 2 and back.deep[1].a == json.null and back.s == "x" and back.t == true)
      state.set("k", back)`);
    expect(sketched.values.get('k')).toEqual({
      n: 1,
      f: 1.5,
      s: 'x',
      t: true,
      list: [1, 2],
      empty: expect.anything() as unknown,
      deep: [{ a: null }],
    });
  });

  test('texts are bytes: zeros, line breaks and other scripts survive', async () => {
    await run('state.set("k", "a\\0b\\n\\u{1F9A5}") assert(#state.get("k") == 8)');
    expect(sketched.values.get('k')).toBe('a\0b\n🦥');
  });

  test.each([
    ['{ f = print }', 'argument 2 of state.set.f', /\bfunction\b/],
    ['0/0', 'argument 2 of state.set', /\bNaN\b/],
    ['1/0', 'argument 2 of state.set', /\bInfinity\b/],
    [
      'setmetatable({}, { __index = function() end }) and { 1, x = 2 }',
      'argument 2 of state.set',
      /\blist\b.*\bnamed\b/,
    ],
  ])('state.set("k", %s) is refused', async (text, where, reason) => {
    const failure = await failureOf(run(`state.set("k", ${text})`));
    expect(failure).toMatchObject({
      code: 'value.not_json',
      details: { where, reason: expect.stringMatching(reason) },
    });
    expect(failure.source).toMatchObject({ line: 2 });
    expect(sketched.values.size).toBe(0);
  });

  test('what a function returns: ok, message, outputs, after the manners of the language', async () => {
    expect(await run('return true, "done", { n = 1 }')).toEqual({
      ok: true,
      message: 'done',
      outputs: { n: 1 },
    });
    expect(await run('')).toMatchObject({ ok: true });
    expect(await run('return nil, "why"')).toMatchObject({ ok: false, message: 'why' });
    expect(await run('return false')).toMatchObject({ ok: false });
    expect(await run('return { n = 2 }')).toMatchObject({ ok: true, outputs: { n: 2 } });
  });

  test('a task knows itself, its parameters, its dependencies', async () => {
    const result = await run(
      'return true, this.stack .. params.color .. values.size .. deps.before.outputs.port, {}',
    );
    expect(result.message).toBe('demoblue380');
  });
});

describe('threads', () => {
  test('while one task waits, others go on, in any order', async () => {
    const program = await load(`
      local function wait(name, other)
        return task(name):command(function()
          state.set(name, true)
          while not state.get(other) do exec.run("sleep 0.01") end
        end)
      end
      workflow.define("w"):tasks({ wait("a", "b"), wait("b", "a") })`);
    const [a, b] = program.workflows[0]?.tasks ?? [];
    await Promise.all([
      callAction(program, a?.command ?? null, sketched),
      callAction(program, b?.command ?? null, sketched),
    ]);
    expect(Object.fromEntries(sketched.values)).toEqual({ a: true, b: true });
  });

  test('a task that only computes leaves turns to others', async () => {
    const program = await load(`
      local done = false
      local spin = task("spin"):command(function() local n = 0 while not done do n = n + 1 end return true end)
      local stop = task("stop"):command(function() exec.run("true") done = true end)
      workflow.define("w"):tasks({ spin, stop })`);
    const [spin, stop] = program.workflows[0]?.tasks ?? [];
    const both = await Promise.all([
      callAction(program, spin?.command ?? null, sketched),
      callAction(program, stop?.command ?? null, sketched),
    ]);
    expect(both.every((each) => each.ok)).toBe(true);
  });

  test('host calls wait inside pcall, iterators, metamethods and coroutines', async () => {
    const result = await run(`
      local ok, out = pcall(function() return exec.run("echo one").output end)
      local each = function() return exec.run("echo two").output end
      local meta = setmetatable({}, { __index = function() return exec.run("echo three").output end })
      local co = coroutine.wrap(function() coroutine.yield(exec.run("echo four").output) end)
      local two for out in each do two = out break end
      return true, table.concat({ out, two, meta.x, co() }, " ")`);
    expect(result.message).toBe('one two three four');
  });

  test('the deadline ends a loop, also one that catches every error', async () => {
    const text = 'while true do pcall(function() while true do end end) end';
    const failure = await failureOf(run(text, { deadline: Date.now() + 100 }));
    expect(failure.code).toBe('task.timed_out');
  });

  test('a signal ends a computing task', async () => {
    const signal = AbortSignal.timeout(50);
    await failureOf(run('while true do end', { signal }));
    expect(signal.aborted).toBe(true);
  });
});

describe('errors', () => {
  test('point at their line, through functions, with the text of it', async () => {
    const failure = await failureOf(run('local function f(t)\n  return t.a.b\nend\nf({})'));
    expect(failure.source).toMatchObject({ line: 3, text: expect.stringContaining('t.a.b') });
    expect(failure).toMatchObject({
      code: 'task.code_failed',
      details: { reason: expect.stringContaining("'a'") },
    });
  });

  test('of the host keep their code, and can be handled by the workflow', async () => {
    const failure = await failureOf(run('fs.read("missing")'));
    expect([failure.code, failure.source?.line]).toEqual(['host.call_failed', 2]);
    const handled = await run(
      'local ok, err = pcall(fs.read, "missing") return not ok, tostring(err)',
    );
    expect(handled).toMatchObject({ ok: true, message: expect.stringContaining('missing') });
  });

  test('that are tables are told as they are', async () => {
    const failure = await failureOf(run('error({ code = 7 })'));
    expect(failure).toMatchObject({
      code: 'task.code_failed',
      details: { reason: expect.stringMatching(/table|7/) },
    });
  });

  test('in files that are required name that file', async () => {
    writeFileSync(
      join(folder, 'helper.lua'),
      'local M = {}\nfunction M.f() error("inside") end\nreturn M',
    );
    const failure = await failureOf(run('require("helper").f()'));
    expect(failure.source).toMatchObject({ file: join(folder, 'helper.lua'), line: 2 });
  });
});
