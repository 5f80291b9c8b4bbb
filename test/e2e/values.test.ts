import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTask } from './runTask.ts';
import { createSandbox } from './sandbox.ts';

describe('values', () => {
  test.each([
    ['--set', 'v=1.10', '1.10', 'string'],
    ['--set', 'v=1234567e8', '1234567e8', 'string'],
    ['--set', 'v=007', '007', 'string'],
    ['--set', 'v=7', '7', 'number'],
    ['--set', 'v=-2.5', '-2.5', 'number'],
    ['--set', 'v=true', 'true', 'boolean'],
    ['--set-string', 'v=7', '7', 'string'],
    ['--set-string', 'v=true', 'true', 'string'],
    ['--set', 'v=9007199254740991', '9007199254740991', 'number'],
    ['--set-string', 'v=9007199254740993', '9007199254740993', 'string'],
  ])('%s %s arrives as it was written', async (flag, pair, text, type) => {
    const box = createSandbox();
    const body = 'fs.write("o", tostring(values.v) .. " " .. type(values.v))';
    expect((await runTask(box, body, flag, pair)).status).toBe(0);
    expect(readFileSync(join(box.folder, 'o'), 'utf8')).toBe(`${text} ${type}`);
  });

  test('a whole number that would be rounded is refused wherever it comes in', async () => {
    const box = createSandbox();
    const large = '9007199254740993';
    expect((await runTask(box, 'print(1)', '--set', `v=${large}`)).stderr).toContain(large);
    box.write('v.yaml', `id: ${large}\n`);
    expect((await runTask(box, 'print(1)', '--values', 'v.yaml')).stderr).toContain(large);
    expect((await runTask(box, `json.decode('{"id":${large}}')`)).stdout).toContain(large);
    expect((await runTask(box, `state.set("id", ${large})`)).stdout).toContain('too large');
    await box.sloth('stack', 'new', 's');
    const set = await box.sloth('stack', 'state', 'set', 's', 'id', large);
    expect([set.status, set.stderr]).toEqual([64, expect.stringContaining(large)]);
    expect((await box.sloth('stack', 'state', 'set', 's', 'id', large, '--text')).status).toBe(0);
  });

  test.each(['9007199254740993.0', '9.007199254740993e15', '1e400', '1e-400'])(
    '%s would become another number: refused wherever it comes in, at its place',
    async (number) => {
      const box = createSandbox();
      const says = expect.stringContaining(`${number} can't be kept whole`);
      for (const text of [`id: ${number}`, `list: [{ id: ${number} }]`, `{"id": ${number}}`]) {
        box.write('v.yaml', `${text}\n`);
        const run = await runTask(box, 'print(1)', '--values', 'v.yaml');
        expect([run.status, run.stderr]).toEqual([64, says]);
      }
      const listed = await runTask(box, 'print(1)', '--set', `v=[${number}]`);
      expect([listed.status, listed.stderr]).toEqual([64, says]);
      box.write('sloth.yaml', `stacks:\n  a:\n    file: a.sloth\n    values: { id: ${number} }\n`);
      const project = await box.sloth('up', '--all', '--dry-run');
      expect([project.status, project.stderr]).toEqual([64, expect.stringContaining(':4')]);
      rmSync(join(box.folder, 'sloth.yaml'));
      for (const body of [`json.decode('[${number}]')`, `yaml.decode('- ${number}')`]) {
        const { stdout } = await runTask(box, body);
        expect(stdout).toContain(`${number} can't be kept whole`);
        expect(stdout).toContain('w.sloth:2');
      }
      await box.sloth('stack', 'new', 's');
      const set = await box.sloth('stack', 'state', 'set', 's', 'id', number);
      expect([set.status, set.stderr]).toEqual([64, says]);
    },
  );

  test('a whole number that JavaScript has rounded already is refused where it is stored', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth.ts',
      `import { state, task, workflow } from 'sloth-runner';
workflow.define('w').tasks([task('t').command(async () => {
  await state.set('id', { list: [9007199254740993] });
})]);`,
    );
    const { status, stdout } = await box.sloth('run', '-f', 'w.sloth.ts', '-s', 's');
    expect([status, stdout]).toEqual([1, expect.stringContaining('may be rounded already')]);
    expect(stdout).toContain('w.sloth.ts:3');
  });

  test('__proto__ is a key like any other, and null is no secret', async () => {
    const box = createSandbox();
    const body = `fs.write("o", values.__proto__.x); stack.set_output("__proto__", "p")
      stack.set_output("n", json.null)`;
    const { status, stdout } = await runTask(
      box,
      body,
      '--set',
      '__proto__.x=mine',
      '--stack',
      's',
    );
    expect([status, readFileSync(join(box.folder, 'o'), 'utf8')]).toEqual([0, 'mine']);
    expect(stdout).not.toContain('sensitive');
    const outputs = await box.sloth('stack', 'output', 's', '--json');
    expect(outputs.stdout).toContain('"n": null');
    expect(outputs.stdout).toContain('"__proto__": "p"');
  });
});

test('what comes from outside can neither command a terminal nor forge a line of a table', async () => {
  const box = createSandbox();
  const wild = '\u001b]0;owned\u0007\u001b[8mx\rStatus: UNLOCKED\u009b2J\u202e';
  await box.sloth('stack', 'lock', 'acquire', 's', '--reason', wild, '--locked-by', `a\nb${wild}`);
  await box.sloth(
    'stack',
    'snapshot',
    'create',
    's',
    '--creator',
    `ann\nv7  root${wild}`,
    '--description',
    wild,
  );
  const commands = [
    ['stack', 'lock', 'status', 's'],
    ['stack', 'lock', 'list'],
    ['stack', 'show', 's'],
    ['stack', 'snapshot', 'list', 's'],
    ['events', 'list', 's'],
    ['stack', 'log', 's', '--patch'],
  ];
  const controls = /(?![\n\t])[\p{Cc}\u202a-\u202e]/u;
  for (const command of commands) {
    const { stdout, stderr } = await box.sloth(...command);
    expect([command, controls.test(stdout + stderr)]).toEqual([command, false]);
    expect(stdout).not.toMatch(/^(v7 |b\\x1b)/m);
    const colored = await box.shell(`FORCE_COLOR=1 sloth-runner ${command.join(' ')}`);
    expect(colored.stdout).not.toContain('\u001b[8m');
    expect(colored.stdout).not.toContain('\u001b]');
  }
  const status = await box.sloth('stack', 'lock', 'status', 's');
  expect(status.stdout).toContain('\\x1b]0;owned\\x07\\x1b[8mx\\rStatus: UNLOCKED\\x9b2J\\u202e');
  const json = await box.sloth('stack', 'lock', 'status', 's', '--json');
  expect((JSON.parse(json.stdout) as { lock: { reason: string } }).lock.reason).toBe(wild);
});

test('bytes that are no text are refused where text comes in', async () => {
  const box = createSandbox();
  const latin = Buffer.from('name: "caf\xe9"\n', 'latin1');
  await runTask(box, 'return true');
  const refused = async (line: string): Promise<string> => {
    const { status, stderr } = await box.shell(line);
    expect([line, status === 0, stderr]).toEqual([
      line,
      false,
      expect.stringContaining('not UTF-8'),
    ]);
    return stderr;
  };
  writeFileSync(join(box.folder, 'v.yaml'), Buffer.concat([Buffer.from('a: 1\n'), latin]));
  expect(await refused('sloth-runner run -f w.sloth --values v.yaml')).toContain('line 2');
  writeFileSync(join(box.folder, 'w.sloth.ts'), Buffer.concat([Buffer.from('// '), latin]));
  expect(await refused('sloth-runner run -f w.sloth.ts')).toContain('w.sloth.ts:1');
  writeFileSync(join(box.folder, 'sloth.yaml'), Buffer.concat([Buffer.from('# '), latin]));
  await refused('sloth-runner up --all --yes');
  rmSync(join(box.folder, 'sloth.yaml'));
  writeFileSync(join(box.folder, 'plan.json'), latin);
  await refused('sloth-runner run --plan plan.json');
  await box.sloth('stack', 'new', 's');
  for (const command of ['stack state set s k', 'stack output', 'run -f w.sloth --set v=']) {
    await refused(`sloth-runner ${command}"$(printf 'caf\\351')"`);
  }
  // The sign that stands for such bytes is a text like any other where it was typed.
  const typed = await box.shell(`sloth-runner stack state set s k "$(printf 'a\\357\\277\\275')"`);
  expect(typed.status).toBe(0);
});

test('a script gets the value of an output byte for byte', async () => {
  const box = createSandbox();
  await runTask(box, 'stack.set_output("x", "a\\27[1mb\\rc")', '--stack', 's');
  const printed = execFileSync('sloth-runner', ['stack', 'output', 's', 'x'], {
    cwd: box.folder,
    env: box.env,
  });
  expect(printed.toString()).toBe('a\u001b[1mb\rc\n');
});

test.each([
  [
    'w.sloth',
    'local s = secret("xq")\nworkflow.define("w"):tasks({ task("t"):command("true") })',
    1,
  ],
  [
    'w.sloth.ts',
    "import { secret, task, workflow } from 'sloth-runner';\nsecret('admin');\nworkflow.define('w').tasks([task('t').command('true')]);",
    2,
  ],
])('a secret that masks a lot is told at its line in %s', async (file, text, line) => {
  const box = createSandbox();
  box.write(file, text);
  const { stdout } = await box.sloth('run', '-f', file, '-s', 's');
  expect(stdout).toContain(`${file}:${line}: this secret is short or common`);
});
