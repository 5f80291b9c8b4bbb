import { describe, expect, test } from 'vitest';
import { runTask } from './runTask.ts';
import { createSandbox } from './sandbox.ts';

/** What a Lua file is told at its load, on one line. */
async function loading(text: string): Promise<string> {
  const box = createSandbox();
  box.write('w.sloth', text);
  const { status, stdout, stderr } = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
  return `${status} ${stderr}${stdout}`;
}

const two = 'local build, deploy = task("build"):command("true"), task("deploy"):command("true")\n';

describe('what nobody defined', () => {
  test.each([
    [
      'workflow.define("w"):tasks({ build, deplyo })',
      "nothing is defined as 'deplyo'; did you mean deploy?",
    ],
    [
      'workflow.define("w"):tasks({ build, nil, deploy })',
      'the list of tasks holds nothing at place 2',
    ],
    [
      'workflow.define("w"):tasks(build, nil, deploy)',
      'the list of tasks holds nothing at place 2',
    ],
    ['build:depends_on({ nil, "x" })', 'depends_on holds nothing at place 1'],
    ['build:depends_on("x", nil, "y")', 'depends_on holds nothing at place 2'],
    ['workflow.define("w"):resources({ nil, build })', 'resources holds nothing at place 1'],
    ['build:command(nil)', 'command got nothing'],
    ['workflow.define("w"):tasks(nil)', 'tasks got nothing'],
    ['build:comand("true")', 'there is no task:comand(); did you mean command?'],
    ['workflow.defien("w")', 'there is no workflow.defien; did you mean define?'],
    ['task("x", "true")', 'task wants a table of what it is, not a string'],
    ['resource.file("x", "a.conf")', 'resource wants a table of what it is, not a string'],
    ['require("tsaks")', 'tsaks'],
  ])('at the top level, %s is an error at its line', async (line, reason) => {
    const told = await loading(`${two}${line}\n`);
    expect(told.toLowerCase()).toContain(reason.toLowerCase());
    expect(told).toContain('w.sloth:2');
    expect(told).toMatch(/^1 /);
  });

  test.each([
    ['return prnt("x")', "nothing is defined as 'prnt'; did you mean print?"],
    ['fs.raed("x")', 'there is no fs.raed; did you mean read?'],
    ['exec.run("true", { workdri = "/" })', "no option 'workdri'; did you mean workdir?"],
    ['exec.run("true", "/")', 'the options must be a table'],
    ['fs.write("x", "y", { mdoe = "0644" })', "no option 'mdoe'; did you mean mode?"],
    ['fs.write("x", "y", { mode = "rw" })', "mode 'rw' is none"],
    [
      'http.get("http://127.0.0.1:1", { header = {} })',
      "no option 'header'; did you mean headers?",
    ],
    ['http.get("http://127.0.0.1:1", "x")', 'the options must be a table, not a string'],
    [
      'stack.set_output("x", 1, { sensitve = true })',
      "no option 'sensitve'; did you mean sensitive?",
    ],
    ['io.open(nil)', 'io.open wants a path, not a nil'],
    ['json.encode({ 1, nil, 3 })', 'holds nothing at place 2'],
  ])('in a task, %s is', async (line, reason) => {
    const box = createSandbox();
    const { status, stdout } = await runTask(box, line);
    expect(stdout.toLowerCase()).toContain(reason.toLowerCase());
    expect(stdout).toContain('w.sloth:2');
    expect(status).toBe(1);
  });

  test('a module that is required is held to it, too; what other Luas have is nil, and rawget asks', async () => {
    const box = createSandbox();
    box.write('lib.lua', '\uFEFF#!/usr/bin/lua\nreturn { f = function() return nohting end }\n');
    const body = `
      print(unpack or table.unpack == nil, loadstring, rawget(_G, "nothing"))
      made = 1
      print(made)
      return require("lib").f()`;
    const { status, stdout } = await runTask(box, body, '--verbose');
    expect(stdout).toMatch(/false\tnil\tnil\n.* 1\n/);
    expect(stdout).toContain("nothing is defined as 'nohting'");
    expect(stdout).toContain('lib.lua:2');
    expect(status).toBe(1);
  });
});

/** Every helper with the arguments that it can't do without. */
const helpers: readonly (readonly [string, string])[] = [
  ['file_ops.copy', 'src = "a", dest = "b"'],
  ['file_ops.fetch', 'url = "http://127.0.0.1:1/a", dest = "b"'],
  ['file_ops.template', 'src = "a", dest = "b"'],
  ['file_ops.lineinfile', 'path = "a", line = "b"'],
  ['file_ops.blockinfile', 'path = "a", block = "b"'],
  ['file_ops.replace', 'path = "a", pattern = "b", replacement = "c"'],
  ['file_ops.unarchive', 'src = "a", dest = "b"'],
  ['file_ops.stat', 'path = "a"'],
  ['pkg.install', 'name = "a"'],
  ['pkg.remove', 'name = "a"'],
  ['pkg.is_installed', 'name = "a"'],
  ['pkg.version', 'name = "a"'],
  ['systemd.start', 'name = "a"'],
  ['systemd.stop', 'name = "a"'],
  ['systemd.enable', 'name = "a"'],
  ['systemd.disable', 'name = "a"'],
  ['systemd.status', 'name = "a"'],
  ['systemd.is_active', 'name = "a"'],
  ['systemd.restart', 'name = "a"'],
  ['user.create', 'name = "a"'],
  ['user.remove', 'name = "a"'],
  ['user.exists', 'name = "a"'],
  ['git.clone', 'url = "a", path = "b"'],
  ['git.pull', 'path = "b"'],
  ['git.checkout', 'path = "b"'],
];

test('every helper refuses an option that it does not know, a wrong type and a missing name, at the line that called', async () => {
  const box = createSandbox();
  const calls = helpers.flatMap(([name, given]) => [
    `told(pcall(function() ${name}({ ${given}, delegate_to = "other" }) end))`,
    `told(pcall(function() ${name}({ ${given.replace(/"[^"]*"(?=[^"]*$)/, 'true')} }) end))`,
    `told(pcall(function() ${name}({}) end))`,
  ]);
  const body = `local function told(_, message) print(message) end\n${calls.join('\n')}`;
  const { stdout, status } = await runTask(box, body, '--verbose');
  expect(status).toBe(0);
  const printed = stdout.split('\n').flatMap((line) => line.split('t | ').slice(1));
  expect(printed).toHaveLength(calls.length);
  for (const [index, line] of printed.entries()) {
    const wanted = [
      / has no option 'delegate_to'/,
      /: '\w+' must be a text, not a boolean$/,
      / needs '/,
    ][index % 3];
    expect(line).toMatch(new RegExp(`^w\\.sloth:${index + 3}: `));
    expect(line).toMatch(wanted ?? /never/);
  }
});

test('every module that comes with the program is there for require', async () => {
  const box = createSandbox();
  const { builtInModules } = await import('../../src/dsl/lua/builtInModules.ts');
  const names = builtInModules.map((name) => `"${name}"`).join(', ');
  const body = `for _, name in ipairs({ ${names} }) do
    if require(name) ~= _G[name] then error(name) end
  end`;
  expect((await runTask(box, body)).status).toBe(0);
});

test('a mark of the encoding and a first line for the system stand before a workflow', async () => {
  const told = await loading(
    '\uFEFF#!/usr/bin/env sloth-runner\nworkflow.define("w"):tasks({ nothing })\n',
  );
  expect(told).toContain('w.sloth:2');
  const fine = await loading(
    '\uFEFF#!/usr/bin/env sloth-runner\nworkflow.define("w"):tasks({ task("t"):command("true") })\n',
  );
  expect(fine).toMatch(/^0 /);
});

describe('a mistake in TypeScript is told at its line, in the words of TypeScript:', () => {
  const file = "resource.file('f', { path: 'o', content: 'x'";
  test.each([
    ['a word that is none', "tsak('x');", 'did you mean task?', 2],
    ['a word that was not imported', "exec.run('true');", 'import { exec } from', 2],
    ['a member that is none', "task('x').dependson('y');", 'did you mean dependsOn?', 2],
    ['a member of a module', 'workflow.defin("w");', 'did you mean define?', 2],
    ['a member of a resource', `${file} }).adress;`, 'did you mean address?', 2],
    ['a hole in a list of names', "flow([task('b').dependsOn(['a', , 'c'])]);", "item 2 of 'd", 2],
    [
      'a hole in names',
      "flow([task('b', { dependsOn: ['a', , 'c'] })]);",
      "item 2 of 'dependsOn'",
      2,
    ],
    ['a hole for a resource', `flow([], [${file}, dependsOn: ['a', , ] })]);`, 'item 2 of', 2],
    ['a hole for a workflow', "workflow.define('w').dependsOn(['a', , 'c']);", 'item 2 of', 2],
    ['a property that is none', `flow([], [${file}, followLink: true })]);`, 'followLinks?', 2],
    ['a property of a wrong type', `flow([], [${file}, followLinks: 'x' })]);`, "'followLinks'", 2],
    ['a property that is no value', `flow([], [${file}, mode: () => 1 })]);`, "'file.f'.mode", 2],
    ['a word of a wrong type', "flow([task('b', { retryStrategy: 7 })]);", "'retryStrategy'", 2],
    ['a table', "flow([task('b').env('A=1')]);", 'an object of texts', 2],
  ])('%s', async (_, line, says, at) => {
    const box = createSandbox();
    box.write(
      'w.sloth.ts',
      `import { resource, task, workflow } from 'sloth-runner'; const flow = (t: any, r: any = []) => workflow.define('w').tasks(t).resources(r);
${line}
`,
    );
    const { status, stderr } = await box.sloth('run', '-f', 'w.sloth.ts', '-s', 's');
    expect([status, stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(stderr).toContain(`w.sloth.ts:${at}`);
    expect(stderr).not.toMatch(/depends_on|follow_links|retry_strategy|TypeError/);
  });

  test('an import of what is none, and a member inside a task', async () => {
    const box = createSandbox();
    box.write('w.sloth.ts', "import { tsak } from 'sloth-runner';\ntsak('x');\n");
    const run = ['run', '-f', 'w.sloth.ts', '-s', 's'] as const;
    expect((await box.sloth(...run)).stderr).toContain('did you mean task?');
    box.write(
      'w.sloth.ts',
      `import { fs, task, workflow } from 'sloth-runner';
workflow.define('w').tasks([task('t').command(async () => {
  await fs.raed('x');
})]);`,
    );
    const { stdout } = await box.sloth(...run);
    expect(stdout).toContain("fs has no 'raed'; did you mean read?");
    expect(stdout).toContain('w.sloth.ts:3');
  });
});

test('properties have the names of TypeScript there, and those of their type', async () => {
  const box = createSandbox();
  for (const name of ['followLinks', 'follow_links']) {
    box.write(
      'w.sloth.ts',
      `import { resource, workflow } from 'sloth-runner';
workflow.define('w').resources([
  resource.file('f', { path: 'a/o', content: 'x', parents: true, ${name}: true }),
]);`,
    );
    const { status, stdout } = await box.sloth('run', '-f', 'w.sloth.ts', '-s', 's');
    expect([status, stdout]).toEqual([0, expect.stringContaining('succeeded')]);
  }
  // The other name of a property is no other property.
  const again = await box.sloth('run', '-f', 'w.sloth.ts', '-s', 's');
  expect(again.stdout).toContain('1 unchanged');
});
