import { afterEach, describe, expect, test } from 'vitest';
import { callAction, firstTask, type Sketch, sketchWorkflow } from './testing/loadSketch.ts';

let sketch: Sketch;
afterEach(() => sketch.dispose());

/** A workflow whose first task has this body; its first line is line 4 of the file. */
async function withBody(body: string): Promise<Sketch> {
  sketch = await sketchWorkflow({
    'flow.sloth.ts': `import * as sloth from 'sloth-runner';
const { exec, fs, http, json, log, params, secret, stack, state, task, values, workflow } = sloth;
const first = task('first').command(async (self, given, deps) => {
${body}
});
workflow.define('flow').tasks([first]);
`,
  });
  return sketch;
}

describe('what a task function returns', () => {
  test.each([
    ['', { ok: true, message: '', outputs: {} }],
    ['return true;', { ok: true, message: '', outputs: {} }],
    ['return false;', { ok: false, message: '', outputs: {} }],
    ["return 'done';", { ok: true, message: 'done', outputs: {} }],
    ["return [false, 'why'];", { ok: false, message: 'why', outputs: {} }],
    ["return [true, 'up', { port: 80 }];", { ok: true, message: 'up', outputs: { port: 80 } }],
    ["return { ok: false, message: 'why' };", { ok: false, message: 'why', outputs: {} }],
    ['return { ok: true, outputs: { a: [1] } };', { ok: true, message: '', outputs: { a: [1] } }],
    ["return { url: 'x', none: undefined };", { ok: true, message: '', outputs: { url: 'x' } }],
    [
      "return exec.run('exit 3');",
      { ok: false, message: 'exit status 3', outputs: { exit_code: 3 } },
    ],
  ])('%s', async (body, result) => {
    expect(await (await withBody(body)).runFirst()).toEqual(result);
  });

  test.each([
    ['return 0 as any;', 'task.code_failed'],
    ['return [1] as any;', 'task.code_failed'],
    ['return { at: new Date() } as any;', 'value.not_json'],
    ['return { f: () => 1 } as any;', 'value.not_json'],
  ])('%s is refused', async (body, code) => {
    await expect((await withBody(body)).runFirst()).rejects.toMatchObject({ code });
  });
});

describe('words', () => {
  test('a task learns about itself, its parameters and its dependencies', async () => {
    await withBody(
      'return { self: self.stack, given: given.color, port: deps.before.port, deps };',
    );
    const { outputs } = await sketch.runFirst();
    expect(outputs).toEqual({
      self: 'demo',
      given: 'blue',
      port: 80,
      deps: {
        before: { ok: true, message: 'built', output: 'text', port: 80, outputs: { port: 80 } },
      },
    });
  });

  test('values of the stack keep their types', async () => {
    await withBody(`
      await state.set('list', [1, 'a', null, { deep: true }]);
      await state.increment('count', 2);
      const swapped = await state.compareSwap('count', 2, 3);
      const again = await state.compareSwap('new', undefined, 1);
      await state.delete('new');
      return { list: await state.get('list'), keys: await state.keys(), swapped, again,
        has: [await state.has('count'), await state.has('new')] };`);
    expect((await sketch.runFirst()).outputs).toEqual({
      list: [1, 'a', null, { deep: true }],
      keys: ['count', 'list'],
      swapped: true,
      again: true,
      has: [true, false],
    });
  });

  test('a value that is no JSON is refused with its path and line', async () => {
    await withBody("await state.set('config', { ports: [1, Number.NaN] });");
    await expect(sketch.runFirst()).rejects.toMatchObject({
      code: 'value.not_json',
      details: { where: "the value of 'config'.ports[1]" },
      source: { line: 4 },
    });
    expect(sketch.values.size).toBe(0);
  });

  test('a result of a process behaves as its output', async () => {
    await withBody(
      "const r = await exec.run('echo hi; exit 2'); return [true, `[${r}] ${r.exitCode}`];",
    );
    expect((await sketch.runFirst()).message).toBe('[hi] 2');
  });

  test('prints, messages and secrets go to the host', async () => {
    await withBody(`
      console.log('%d files', 3);
      log.warn('careful', { a: 1 });
      await stack.setOutput('token', secret('s3cret'), { sensitive: true });
      return [stack.name() === 'demo', String(values.size) + params.color];`);
    expect(await sketch.runFirst()).toMatchObject({ ok: true, message: '3blue' });
    expect(sketch.printed).toEqual(['3 files', 'warn: careful { a: 1 }']);
    expect(sketch.secrets).toEqual(['s3cret']);
    expect(sketch.outputs.get('token')).toEqual({ value: 's3cret', sensitive: true });
  });

  test('outside a task a word is refused by name', async () => {
    sketch = await sketchWorkflow({});
    const { state } = await import('./words.ts');
    await expect(state.get('a')).rejects.toMatchObject({
      code: 'host.not_in_task',
      details: { name: 'state.get' },
    });
  });

  test('tasks that run at the same time have each their own host', async () => {
    await withBody(
      "await new Promise((done) => setTimeout(done, 2)); await state.set('by', self.name);",
    );
    const program = await sketch.load();
    const other = await sketchWorkflow({});
    const { command } = firstTask(program);
    await Promise.all([callAction(program, command, sketch), callAction(program, command, other)]);
    await other.dispose();
    expect([sketch.values.get('by'), other.values.get('by')]).toEqual(['first', 'first']);
  });
});

describe('errors in a task', () => {
  test('point at the line that raised them, through any number of awaits', async () => {
    await withBody("await null;\n  await (async () => { throw new TypeError('odd'); })();");
    await expect(sketch.runFirst()).rejects.toMatchObject({
      code: 'task.code_failed',
      details: { reason: 'TypeError: odd' },
      source: {
        file: sketch.path('flow.sloth.ts'),
        line: 5,
        text: "  await (async () => { throw new TypeError('odd'); })();",
      },
    });
  });

  test('of the host keep their code and get the line of the call', async () => {
    await withBody("const text = 1;\n  await fs.read('gone.txt');");
    await expect(sketch.runFirst()).rejects.toMatchObject({
      code: 'host.call_failed',
      details: { name: 'fs.read' },
      source: { line: 5, text: "  await fs.read('gone.txt');" },
    });
  });

  test('can be handled by the workflow', async () => {
    await withBody(
      "try { await fs.read('gone'); } catch (error) { return [true, (error as any).code]; }",
    );
    expect((await sketch.runFirst()).message).toBe('host.call_failed');
  });

  test('that are no errors at all are told as they are', async () => {
    await withBody('throw { code: 7 };');
    await expect(sketch.runFirst()).rejects.toMatchObject({
      code: 'task.code_failed',
      details: { reason: '{"code":7}' },
    });
  });

  test('of a call that nobody awaited fail the task', async () => {
    await withBody("void fs.read('gone');\n  return true;");
    await expect(sketch.runFirst()).rejects.toMatchObject({
      code: 'host.call_failed',
      source: { line: 4 },
    });
  });
});

describe('bounds of a call', () => {
  test('a call that nobody awaited is over before its task is', async () => {
    await withBody("void state.set('late', 1);");
    await sketch.runFirst();
    expect(sketch.values.get('late')).toBe(1);
  });

  test('at its deadline a call ends, and its function may touch nothing any more', async () => {
    await withBody(`
      const seen = globalThis as { refused?: unknown };
      await new Promise((done) => setTimeout(done, 60));
      seen.refused = await state.set('late', 1).catch((error) => error.code);`);
    const call = sketch.runFirst({ deadline: Date.now() + 10 });
    await expect(call).rejects.toMatchObject({ code: 'task.timed_out' });
    const seen = globalThis as { refused?: unknown };
    await expect.poll(() => seen.refused).toBe('host.not_in_task');
    expect(sketch.values.size).toBe(0);
    delete seen.refused;
  });

  test('an aborted signal ends a call with the signal’s reason', async () => {
    await withBody('await new Promise(() => {});');
    const stop = new AbortController();
    const call = sketch.runFirst({ signal: stop.signal });
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 5);
    await expect(call).rejects.toBe(reason);
  });
});
