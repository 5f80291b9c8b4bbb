import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

const OK = 'workflow.define("w"):tasks({ task("t"):command(function() return true end) })';

interface Case {
  readonly name: string;
  /** Text of the workflow file. */
  readonly text: string;
  readonly file?: string;
  readonly status?: number;
  /** All of these stand in what the user sees. */
  readonly says: readonly string[];
}

const workflows: readonly Case[] = [
  {
    name: 'defines nothing',
    text: 'local x = 1',
    says: ['defines no workflow', 'workflow.define'],
  },
  {
    name: 'a duplicate task name',
    text: `workflow.define("w"):tasks({ task("a"):command("true"),\n task("a"):command("true") })`,
    says: ["'a'", 'w.sloth:2'],
  },
  {
    name: 'a missing task name',
    text: `\nworkflow.define("w"):tasks({ task():command("true") })`,
    says: ['name', 'w.sloth:2'],
  },
  {
    name: 'an unknown dependency',
    text: `workflow.define("w"):tasks({ task("build"):command("true"),\n task("b"):depends_on("biuld"):command("true") })`,
    says: ["'biuld'", 'build', 'w.sloth:2'],
  },
  {
    name: 'a cycle',
    text: `local function t(n, d) return task(n):depends_on(d):command("true") end
      workflow.define("w"):tasks({ t("a", "c"), t("b", "a"), t("c", "b") })`,
    says: ['a -> c -> b -> a'],
  },
  {
    name: 'a Lua syntax error',
    text: 'local a = 1\nlocal b = = 2\n',
    says: ['syntax error', 'w.sloth:2', 'local b = = 2', "near '='"],
  },
  {
    name: 'a Lua runtime error',
    text: 'local a = nil\nlocal b = a.field\n',
    says: ['w.sloth:2', 'local b = a.field', "nil value (local 'a')"],
  },
  {
    name: 'an unknown key of config',
    text: `workflow.define("w"):tasks({ task("a"):command("true") })\n:config({ timout = "1m" })`,
    says: ['timout', 'timeout'],
  },
  {
    name: 'a duration that is none',
    text: 'workflow.define("w"):tasks({ task("a"):command("true"):timeout("soon") })',
    says: ['duration: soon', '30s'],
  },
  {
    name: 'a TypeScript syntax error',
    file: 'w.sloth.ts',
    text: `import { task } from 'sloth-runner';\nconst a: = 1;\n`,
    says: ['syntax error', 'w.sloth.ts:2', 'const a: = 1;'],
  },
  {
    name: 'a TypeScript runtime error',
    file: 'w.sloth.ts',
    text: `const a: { b?: { c: string } } = {};\nconsole.log(a.b!.c);\n`,
    says: ['w.sloth.ts:2', 'console.log(a.b!.c);'],
  },
  {
    name: 'a module that is not there',
    text: 'local m = require("nowhere")',
    says: ["'nowhere'"],
  },
  {
    name: 'another language',
    file: 'w.py',
    text: 'print(1)',
    says: ['no workflow file', '.sloth'],
  },
];

/** One error: its sign once, no stack trace, and something to do. */
function expectOneError(stderr: string): void {
  expect(stderr.match(/^✗/gm)).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
  expect(stderr).toMatch(/^→ /m);
}

describe('a workflow file with', () => {
  for (const { name, text, file = 'w.sloth', status = 1, says } of workflows) {
    test(`${name} is one clear error, and leaves nothing behind`, async () => {
      const box = createSandbox();
      box.write(file, text);
      const run = await box.sloth('run', '--file', file, '--stack', 's');
      for (const part of says) expect(run.stderr).toContain(part);
      expect(run.status).toBe(status);
      expectOneError(run.stderr);
      expect((await box.sloth('stack', 'list', '--json')).stdout).toBe('[]\n');
    });
  }

  test('a failing task points at its line, in Lua and in TypeScript', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      'workflow.define("w"):tasks({ task("t"):command(function()\n  local t = {}\n  return t.x.y\nend) })',
    );
    const lua = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect(lua.stdout).toContain('w.sloth:3');
    expect(lua.stdout).toContain('return t.x.y');
    box.write(
      'w.sloth.ts',
      `import { task, workflow } from 'sloth-runner';
workflow.define('w').tasks([task('t').command(async () => {
  throw new Error('broken on purpose');
})]);`,
    );
    const script = await box.sloth('run', '--file', 'w.sloth.ts', '--stack', 't');
    expect(script.stdout).toMatch(/w\.sloth\.ts:3/);
    expect(script.stdout).toContain("throw new Error('broken on purpose');");
  });

  test('a value that is no JSON is refused where it is set', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      'workflow.define("w"):tasks({ task("t"):command(function()\n  state.set("k", { f = print })\nend) })',
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('w.sloth:2');
    expect(run.stdout).toMatch(/not a JSON value/i);
    const set = await box.sloth('stack', 'state', 'list', 's');
    expect(set.stdout).toContain('empty');
  });
});

describe('a configuration with', () => {
  const files: readonly (readonly [string, string, readonly string[]])[] = [
    ['malformed YAML', 'stacks:\n  auto_lock: [true\n', ['config.yaml:3:', 'not valid YAML']],
    ['an unknown key', 'stacks:\n  auto_lok: true\n', ['config.yaml:2', 'auto_lok', 'auto_lock']],
    ['a wrong type', 'stacks:\n  auto_lock: maybe\n', ['config.yaml:2', 'true or false']],
    [
      'a timeout of nothing',
      'stacks:\n  lock_timeout: 0s\n',
      ['config.yaml:2', 'be a duration > 0'],
    ],
  ];
  for (const [name, text, says] of files) {
    test(`${name} is one clear error with file and line`, async () => {
      const box = createSandbox();
      box.write('config/sloth-runner/config.yaml', text);
      for (const command of [
        ['stack', 'list'],
        ['config', 'show'],
      ]) {
        const { status, stderr } = await box.sloth(...command);
        for (const part of says) expect(stderr).toContain(part);
        expect(status).toBe(64);
        expectOneError(stderr);
      }
    });
  }
});

describe('a database that', () => {
  async function filled(): Promise<Sandbox> {
    const box = createSandbox();
    box.write('w.sloth', OK);
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(0);
    return box;
  }

  test('comes from a newer version is refused, and not touched', async () => {
    const box = await filled();
    const database = new DatabaseSync(box.db);
    database.exec('PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = readFileSync(box.db).toString('base64');
    for (const command of [
      ['stack', 'list'],
      ['run', '--file', 'w.sloth', '--stack', 's'],
    ]) {
      const { status, stderr } = await box.sloth(...command);
      expect([status, stderr]).toEqual([1, expect.stringContaining('newer sloth-runner')]);
      expectOneError(stderr);
    }
    expect(readFileSync(box.db).toString('base64')).toBe(before);
  });

  test('is no database is refused, and not touched', async () => {
    const box = createSandbox();
    box.write('state/sloth-runner/stacks.db', 'hello, this is no database at all\n'.repeat(50));
    const { status, stderr } = await box.sloth('stack', 'list');
    expect([status, stderr]).toEqual([1, expect.stringContaining('not a sloth-runner database')]);
    expectOneError(stderr);
  });

  test('has a corrupt row says which', async () => {
    const box = await filled();
    const database = new DatabaseSync(box.db);
    database.exec("UPDATE stacks SET head = 'garbage'");
    database.close();
    const { status, stderr } = await box.sloth('stack', 'show', 's');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("store is damaged: table stacks, row 's'"),
    ]);
    expectOneError(stderr);
  });

  test('was altered behind our back is found by log --verify', async () => {
    const box = await filled();
    const database = new DatabaseSync(box.db);
    database.exec("UPDATE commits SET body = replace(body, 'tester', 'nobody') WHERE serial = 3");
    database.exec(
      'UPDATE commits SET body = replace(body, \'"actor":"\', \'"actor":"x\') WHERE serial = 3',
    );
    database.close();
    const { status, stdout } = await box.sloth('stack', 'log', 's', '--verify');
    expect([status, stdout]).toEqual([1, expect.stringContaining('broken at commit #3')]);
  });

  test.skipIf(process.getuid?.() === 0 && !canDropRoot())(
    'is read-only is refused before anything runs (root runs this as nobody, whom permissions bind)',
    async () => {
      const box = await filled();
      const folder = join(box.db, '..');
      chmodSync(box.folder, 0o755);
      chmodSync(join(folder, '..'), 0o755);
      for (const name of ['stacks.db', 'stacks.db-wal', 'stacks.db-shm']) {
        if (existsSync(join(folder, name))) chmodSync(join(folder, name), 0o444);
      }
      chmodSync(folder, 0o555);
      const program = [
        join(import.meta.dirname, '../../bin/sloth-runner.cjs'),
        'stack',
        'new',
        'x',
      ];
      const { status, stderr } = spawnSync(process.execPath, program, {
        env: { ...box.env, SLOTH_RUNNER_DB: box.db },
        encoding: 'utf8',
        ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
      });
      chmodSync(folder, 0o755);
      expect([status, stderr]).toEqual([1, expect.stringContaining("can't be written")]);
      expectOneError(stderr);
    },
  );

  test('lies where a folder should be is refused', async () => {
    const box = createSandbox();
    writeFileSync(join(box.folder, 'file'), '');
    const { status, stderr } = await box.sloth('stack', 'new', 's', '--db', 'file/stacks.db');
    expect(status).toBe(1);
    expectOneError(stderr);
  });
});

const NOBODY = 65_534;

/** Whether nobody can run this Node from here: its folders may be closed to others. */
function canDropRoot(): boolean {
  const tried = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../bin/sloth-runner.cjs'), '--version'],
    {
      uid: NOBODY,
      gid: NOBODY,
    },
  );
  return tried.status === 0;
}
