import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** Writes a workflow of one task, and runs it against a stack of its name. */
async function runOne(
  box: Sandbox,
  name: string,
  { command = 'true', more = '' } = {},
  ...flags: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  box.write(
    `${name}.sloth`,
    `workflow.define("${name}"):tasks({ task("t"):command("${command}") })${more}\n`,
  );
  return box.sloth('run', '--file', `${name}.sloth`, '--stack', name, ...flags);
}

const versionOf = async (box: Sandbox, stack: string): Promise<unknown> => {
  const { stdout } = await box.sloth('stack', 'show', stack, '--json');
  return (JSON.parse(stdout) as { version: string }).version;
};

describe("a stack's version is that of its content", () => {
  test('a failed run does not set it; a rollback and a restore set it back', async () => {
    const box = createSandbox();
    const at = (version: string, more = ''): { more: string } => ({
      more: `:version("${version}")${more}`,
    });
    await runOne(box, 's', { command: 'false', ...at('0.9.0') });
    expect(await versionOf(box, 's')).toBe('');
    await runOne(box, 's', at('1.0.0'));
    expect(await versionOf(box, 's')).toBe('1.0.0');
    await runOne(box, 's', { command: 'false', ...at('2.0.0') });
    expect(await versionOf(box, 's')).toBe('1.0.0');
    const rollback = ':config({ create_snapshot = true, on_failure = "rollback" })';
    await runOne(box, 's', { command: 'false', ...at('2.1.0', rollback) });
    expect(await versionOf(box, 's')).toBe('1.0.0');
    await box.sloth('stack', 'snapshot', 'create', 's', '--tags', 'one');
    await runOne(box, 's', at('3.0.0'));
    expect(await versionOf(box, 's')).toBe('3.0.0');
    const compared = await box.sloth('stack', 'snapshot', 'compare', 's', 'one', 'current');
    expect(compared.stdout).toContain('Workflow Changes:\n  ~ workflow: version: 1.0.0 -> 3.0.0');
    const restore = (...flags: string[]): Promise<unknown> =>
      box.sloth('stack', 'snapshot', 'restore', 's', 'one', '--yes', ...flags);
    await restore('--only', 'values');
    expect(await versionOf(box, 's')).toBe('3.0.0');
    await restore();
    expect(await versionOf(box, 's')).toBe('1.0.0');
    expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
  });
});

describe('one answer about what a stack needs', () => {
  /** What each of the commands says: whether all is well, and whether the reason is told. */
  async function answers(box: Sandbox, reason: RegExp): Promise<Record<string, boolean>> {
    const commands = {
      check: ['stack', 'deps', 'check', 'app'],
      validate: ['stack', 'validate', 'app'],
      all: ['stack', 'validate', 'all'],
      run: ['run', '--file', 'app.sloth', '--stack', 'app'],
      validated: ['run', '--file', 'app.sloth', '--stack', 'app', '--validate'],
      up: ['up', 'app', '--yes'],
      why: ['why', 'app'],
    };
    const told: Record<string, boolean> = {};
    for (const [name, command] of Object.entries(commands)) {
      const { status, stdout, stderr } = await box.sloth(...command);
      const isWell = name === 'why' ? !reason.test(stdout) : status === 0;
      if (!isWell) expect(`${name}: ${stdout}${stderr}`).toMatch(reason);
      told[name] = isWell;
    }
    return told;
  }

  const none = {
    check: false,
    validate: false,
    all: false,
    run: false,
    validated: false,
    up: false,
    why: false,
  };
  const well = Object.fromEntries(Object.keys(none).map((name) => [name, true]));

  function app(box: Sandbox, needs: string): void {
    box.write('sloth.yaml', 'stacks:\n  app: { file: app.sloth }\n');
    box.write(
      'app.sloth',
      `workflow.define("app"):depends_on("${needs}"):tasks({ task("t"):command("touch ran") })\n`,
    );
  }

  test.each([
    ['missing', 'base', async () => {}, /base/],
    ['only by name', 'base', async (box: Sandbox) => box.sloth('stack', 'new', 'base'), /not run/i],
    ['failed', 'base', async (box: Sandbox) => runOne(box, 'base', { command: 'false' }), /failed/],
    [
      'another version',
      'base@^2',
      async (box: Sandbox) => runOne(box, 'base', { more: ':version("1.0.0")' }),
      /\^2/,
    ],
    [
      'on a circle',
      'base',
      async (box: Sandbox) => {
        await box.sloth('stack', 'deps', 'add', 'base', 'between');
        await box.sloth('stack', 'deps', 'add', 'between', 'other');
        await runOne(box, 'other', { more: ':depends_on("app")' }, '--allow-unmet');
      },
      /circle|circular/i,
    ],
    [
      'lacking something itself',
      'base',
      async (box: Sandbox) => {
        await runOne(box, 'deep');
        await runOne(box, 'base', { more: ':depends_on("deep")' });
        await box.sloth('stack', 'deps', 'remove', 'base', 'deep');
        await runOne(box, 'deep', { command: 'false' });
      },
      /deep/,
    ],
  ] as const)('%s', async (_, needs, prepare, reason) => {
    const box = createSandbox();
    app(box, needs);
    await prepare(box);
    expect(await answers(box, reason)).toEqual(none);
    expect((await box.shell('test -e ran')).status).toBe(1);
    const { stdout } = await box.sloth('stack', 'list', '--json');
    const list = JSON.parse(stdout) as { name: string; execution_count: number }[];
    expect(list.find(({ name }) => name === 'app')?.execution_count ?? 0).toBe(0);
  });

  test('and where nothing is amiss', async () => {
    const box = createSandbox();
    app(box, 'base@^1');
    await runOne(box, 'base', { more: ':version("1.2.0")' });
    expect(await answers(box, /base/)).toEqual(well);
  });

  test('a run that was killed is no stack to build on, before anybody recorded it', async () => {
    const box = createSandbox();
    app(box, 'base');
    await runOne(box, 'base');
    box.write('base.sloth', 'workflow.define("base"):tasks({ task("t"):command("sleep 60") })\n');
    const run = box.start('run', '--file', 'base.sloth', '--stack', 'base');
    await run.printed('▶ t');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await answers(box, /interrupted/)).toEqual(none);
  });

  test('--allow-unmet goes on all the same', async () => {
    const box = createSandbox();
    app(box, 'base');
    const flags = ['run', '--file', 'app.sloth', '--stack', 'app', '--allow-unmet'];
    expect((await box.sloth(...flags)).status).toBe(0);
    expect((await box.sloth(...flags, '--validate')).status).toBe(0);
  });

  test('a stack of the project that only has not run yet is no fault of the tree', async () => {
    const box = createSandbox();
    app(box, 'base');
    box.write('sloth.yaml', 'stacks:\n  app: { file: app.sloth }\n  base: { file: base.sloth }\n');
    box.write('base.sloth', 'workflow.define("base"):tasks({ task("t"):command("true") })\n');
    const check = await box.sloth('stack', 'deps', 'check', 'app');
    expect([check.status, check.stdout]).toEqual([
      0,
      expect.stringContaining('! Not run yet: base, needed by app\n\nDependency tree is valid\n'),
    ]);
    expect((await box.sloth('stack', 'validate', 'app')).stdout).toContain("'base' has not run");
    expect((await box.sloth('run', '--file', 'app.sloth', '--stack', 'app')).status).toBe(1);
    expect((await box.sloth('up', 'app', '--yes')).status).toBe(0);
  });

  test('deps graph tells circles and depth of all that is needed; deps add closes no circle', async () => {
    const box = createSandbox();
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
    ] as const) {
      await box.sloth('stack', 'deps', 'add', from, to);
    }
    const { stdout } = await box.sloth('stack', 'deps', 'graph', 'a');
    expect(stdout).toContain('Total nodes:      2\n');
    expect(stdout).toContain('Max depth:        3\n');
    const shown = await box.sloth('stack', 'deps', 'show', 'a');
    expect(shown.stdout).toContain('Dependency depth: 3 levels');
    for (const [from, to, path] of [
      ['c', 'a', 'c -> a -> b -> c'],
      ['d', 'd', 'd -> d'],
    ] as const) {
      const refused = await box.sloth('stack', 'deps', 'add', from, to);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(path)]);
    }
    const names = JSON.parse((await box.sloth('stack', 'list', '--json')).stdout) as object[];
    expect(names).toHaveLength(3);
    // Only a file can close one now; the picture of one stack shows none of it.
    await runOne(box, 'c', { more: ':depends_on("a")' }, '--allow-unmet');
    const circle = await box.sloth('stack', 'deps', 'graph', 'a');
    expect(circle.stdout).toContain('Circular deps:    1\n');
  });
});

describe('numbers', () => {
  test('a killed execution ended with its last commit, a lock at its expiry', async () => {
    const box = createSandbox();
    box.write('w.sloth', 'workflow.define("w"):tasks({ task("t"):command("sleep 60") })\n');
    const run = box.start('run', '--file', 'w.sloth', '--stack', 's');
    await run.printed('▶ t');
    run.child.kill('SIGKILL');
    await run.ended;
    await delay(50);
    const history = await box.sloth('stack', 'history', 's', '--json');
    const [killed] = (JSON.parse(history.stdout) as { executions: { ended_at: string }[] })
      .executions;
    const log = await box.sloth('stack', 'log', 's', '--limit', '0', '--json');
    const { commits } = JSON.parse(log.stdout) as { commits: { at: string; operation: string }[] };
    const started = commits.find(({ operation }) => operation === 'run.task_start');
    const events = await box.sloth('events', 'list', 's', '--type', 'lock.expired', '--json');
    expect(killed?.ended_at).toBe(started?.at);
    expect(JSON.parse(events.stdout)).toMatchObject({
      events: [{ data: { ended_at: started?.at } }],
    });

    await box.sloth('stack', 'lock', 'acquire', 'l', '--ttl', '20ms');
    await delay(50);
    expect((await box.sloth('stack', 'show', 'l')).stdout).toMatch(/Lock Duration: +20ms\n/);
  });

  test('a total counts what a limit cuts; an estimate says what it is made from', async () => {
    const box = createSandbox();
    await runOne(box, 's');
    for (const n of ['1', '2', '3']) {
      await box.sloth('stack', 'state', 'set', 's', 'n', n);
      await box.sloth('stack', 'snapshot', 'create', 's');
    }
    const list = await box.sloth('stack', 'snapshot', 'list', 's', '--limit', '2');
    expect(list.stdout).toMatch(/\nTotal: 4 snapshots, showing 2\n$/);
    expect((await box.sloth('stack', 'deps', 'order')).stdout).toMatch(
      / ~\S+ \(by 1 run of each\)/,
    );
    await runOne(box, 's');
    expect((await box.sloth('stack', 'deps', 'order')).stdout).toMatch(
      /medians of 2 runs of each; the slowest \S+\)/,
    );
  });

  test('drift that was put right by a run, and comes back, is another drift', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      'workflow.define("w"):resources({ resource.file("f", { path = "f", content = "x" }) })\n',
    );
    const run = ['run', '--file', 'w.sloth', '--stack', 's', '--on-drift', 'overwrite'];
    await box.sloth(...run);
    for (let round = 0; round < 2; round++) {
      box.write('f', 'other');
      await box.sloth('stack', 'drift', 'detect', 's');
      await box.sloth(...run);
    }
    const { stdout } = await box.sloth('stack', 'drift', 'history', 's', '--json');
    const episodes = JSON.parse(stdout) as { attributes: string; ended: string }[];
    expect(episodes.map(({ attributes, ended }) => [attributes, ended])).toEqual([
      ['content', 'fixed'],
      ['content', 'fixed'],
    ]);
  });
});

describe('all that failed is told', () => {
  test('at the end of the run, by stack show and in JSON, with what programs said', async () => {
    const box = createSandbox();
    const long = Array.from({ length: 9 }, (_, n) => `echo line ${n}`).join('; ');
    box.write(
      'w.sloth',
      `local s = secret("hunter2222")
       workflow.define("w"):tasks({
         task("a"):command("${long}; echo it is $S >&2; exit 3"):env({ S = s }),
         task("b"):command(function() error("lua says no") end),
         task("c"):pre_hook("echo too early; exit 4"):command("true"),
       }):resources({
         resource.file("x", { path = "nowhere/x", content = "1" }),
         resource.file("y", { path = "nowhere/y", content = "1" }),
       })`,
    );
    const ended = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    const [, end = ''] = ended.stdout.split('✗ Execution e1');
    for (const each of [
      "task 'a' failed: exit status 3",
      '    | line 8',
      '    | it is <sensitive>',
      "task 'b' failed: lua says no",
      "task 'c' failed: the pre-hook failed: exit status 4\n    | too early",
      "resource 'file.x' failed: ",
      "resource 'file.y' failed: ",
    ]) {
      expect(end).toContain(each);
    }
    expect(end).not.toContain('line 3');
    const shown = await box.sloth('stack', 'show', 's');
    expect(shown.stdout).toContain("\nFailed:\n  task 'a' failed: exit status 3\n    | line 5\n");
    expect(shown.stdout).toContain('file.y (failed: ');
    const json = JSON.parse((await box.sloth('stack', 'show', 's', '--json')).stdout) as object;
    expect(json).toMatchObject({
      reason: expect.stringContaining("task 'b' failed: lua says no"),
      failures: [{ kind: 'task', name: 'a' }, { name: 'b' }, { name: 'c' }],
    });
    const again = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--json');
    const last = JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '') as { failures: object[] };
    expect(last.failures).toHaveLength(5);
    const events = await box.sloth('events', 'list', 's', '--type', 'task.failed');
    expect(events.stdout).not.toContain('line 8');
  });

  test('of many failures, what is kept in short stays short', async () => {
    const box = createSandbox();
    const tasks = Array.from({ length: 200 }, (_, n) => `task("task-${n}"):command("exit 3")`);
    box.write('w.sloth', `workflow.define("w"):tasks({ ${tasks.join(', ')} })`);
    await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    const { stdout } = await box.sloth('stack', 'history', 's', '--json');
    const { executions } = JSON.parse(stdout) as { executions: { reason?: string }[] };
    const [{ reason = '' } = {}] = executions;
    expect(reason).toMatch(/; and \d+ more$/);
    expect(reason.length).toBeLessThan(2100);
  });
});

describe('a validation says what it looked at', () => {
  const validate = (box: Sandbox): ReturnType<Sandbox['sloth']> =>
    box.sloth('stack', 'validate', 's', '--file', 'w.sloth');

  test('modules that only a task requires, and programs that helpers need', async () => {
    const box = createSandbox({ PATH: '/nonexistent' });
    box.write('lib/a.lua', 'return require("lib.deep")');
    box.write(
      'w.sloth',
      `-- require("in.a.comment")
       --[[ require("in.a.long.one") ]]
       local text = 'require("in.a.text")'
       local ok = pcall(require, "optional")
       workflow.define("w"):tasks({ task("t"):command(function()
         require("lib.a") require("state")
         require "nowhere"
         git.clone({ url = "x", dest = "y" })
       end) })`,
    );
    const { stdout, status } = await validate(box);
    expect(status).toBe(1);
    expect(stdout).toContain('Missing program: git\n');
    const [, modules = ''] = stdout.split('✗ Module check failed\n');
    expect(modules.split('\n\n')[0]).toBe(
      '  - Missing module: nowhere (w.sloth:7)\n  - Missing module: lib.deep (a.lua:1)',
    );
    box.write(
      'w.sloth',
      'local n = "x"\nworkflow.define("w"):tasks({ task("t"):command(function() require(n) end) })',
    );
    const unknown = await validate(box);
    expect([unknown.status, unknown.stdout]).toEqual([
      0,
      expect.stringContaining(
        '- All modules available: not checked (a module with a computed name',
      ),
    ]);
  });

  test('validate all loads what the project declares; a file that is not there is a finding', async () => {
    const box = createSandbox();
    box.write(
      'sloth.yaml',
      'stacks:\n  good: { file: good.sloth }\n  gone: { file: gone.sloth }\n  bad: { file: bad.sloth }\n',
    );
    box.write('good.sloth', 'workflow.define("good"):tasks({ task("t"):command("true") })\n');
    box.write('bad.sloth', 'workflow.define("bad"):tasks({ task("t"):depends_on("nothing") })\n');
    const { stdout, status } = await box.sloth('stack', 'validate', 'all', '--json');
    expect(status).toBe(1);
    const reports = JSON.parse(stdout) as { stack: string; passed: boolean }[];
    expect(reports.map(({ stack, passed }) => [stack, passed])).toEqual([
      ['bad', false],
      ['gone', false],
      ['good', true],
    ]);
    const typed = await box.sloth('stack', 'validate', 'good', '--file', 'gone.sloth');
    expect([typed.status === 0, typed.stdout]).toEqual([false, '']);
  });

  test('folders that objects are to be made in; and that it saw no workflow', async () => {
    const box = createSandbox();
    box.write('plain', '');
    box.write(
      'w.sloth',
      'workflow.define("w"):resources({ resource.file("f", { path = "plain/f", content = "x" }) })',
    );
    const { stdout, status } = await validate(box);
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ Permission check failed\n {2}- Cannot write to: \S+\/plain\n/);
    await box.sloth('stack', 'new', 's');
    const alone = await box.sloth('stack', 'validate', 's');
    expect(alone.stdout).toContain('✓ Permissions sufficient (not checked: ');
  });
});
