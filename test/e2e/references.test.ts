import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detect, run } from './declare.ts';
import { createSandbox } from './sandbox.ts';

describe('properties that refer to others', () => {
  const lua = `
    local build = task("build"):command(function() return true, "built", { tag = "v7", port = 8080 } end)
    local image = resource.file("image", { path = "image.txt", content = "web:" .. build:output("tag") })
    local link  = resource.symlink("current", { path = "current", target = image:attribute("path") })
    local env   = resource.dotenv("env", { path = ".env", values = { PORT = build:output("port"), SUM = link:attribute("target") } })
    workflow.define("w"):tasks({ build }):resources({ env, link, image })`;
  const typescript = `
    import { task, resource, workflow } from 'sloth-runner';
    const build = task('build').command(() => ({ ok: true, outputs: { tag: 'v7', port: 8080 } }));
    const image = resource.file('image', { path: 'image.txt', content: \`web:\${build.output('tag')}\` });
    const link = resource.symlink('current', { path: 'current', target: image.attribute('path') });
    const env = resource.dotenv('env', { path: '.env', values: { PORT: build.output('port'), SUM: link.attribute('target') } });
    export default workflow.define('w').tasks([build]).resources([env, link, image]);`;

  for (const [language, name, text] of [
    ['Lua', 'w.sloth', lua],
    ['TypeScript', 'w.ts', typescript],
  ] as const) {
    test(`in ${language} they are known after apply, and then the values themselves`, async () => {
      const box = createSandbox();
      box.write(name, text);
      const command = ['run', '--file', name, '--stack', 's'];
      const dry = await box.sloth(...command, '--dry-run');
      expect([dry.stderr, dry.status]).toEqual(['', 2]);
      expect(dry.stdout).toMatch(/ {2}\+ file\.image \(needs build\.tag\)/);
      expect(dry.stdout).toContain('      content: (known after apply)\n');

      const first = await box.sloth(...command);
      expect([first.stderr, first.status]).toEqual(['', 0]);
      const path = join(box.folder, 'image.txt');
      expect(readFileSync(path, 'utf8')).toBe('web:v7');
      expect(readFileSync(join(box.folder, 'current'), 'utf8')).toBe('web:v7');
      expect(readFileSync(join(box.folder, '.env'), 'utf8')).toBe(`PORT=8080\nSUM=${path}\n`);
      const again = await box.sloth(...command);
      expect(again.stdout).toMatch(/file\.image completed in .*: unchanged/);
      expect((await box.sloth(...detect)).status).toBe(0);
    });
  }

  test('a reference to what is known already is planned like any other value', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = resource.file("a", { path = "a", content = "x", mode = "0640" })
       local b = resource.file("b", { path = "b", content = "y", mode = a:attribute("mode") })
       workflow.define("w"):resources({ b, a })`,
    );
    const dry = await box.sloth(...run('--dry-run'));
    expect(dry.stdout).toContain('      mode: 0640\n');
    expect((await box.sloth(...run())).status).toBe(0);
    expect(lstatSync(join(box.folder, 'b')).mode & 0o777).toBe(0o640);
  });

  for (const [what, text, message] of [
    [
      'a resource that is not declared',
      `local a = resource.file("a", { path = "a", content = "x" })
       workflow.define("w"):resources({ resource.file("b", { path = "b", content = a:attribute("path") }) })`,
      ["Resource 'file.b' depends on 'file.a', which is no task or resource of this workflow"],
    ],
    [
      'an attribute that there is not',
      `local a = resource.file("a", { path = "a", content = "x" })
       workflow.define("w"):resources({ a, resource.file("b", { path = "b", content = a:attribute("pat") }) })`,
      ["Resource 'file.b': there is no file.a.pat", 'did you mean path?'],
    ],
    [
      'something else than properties',
      `local a = resource.file("a", { path = "a", content = "x" })
       workflow.define("w"):resources({ a }):tasks({ task("t"):command("cat " .. a:attribute("path")) })`,
      ["Task 't': 'command' refers to file.a.path"],
    ],
  ] as const) {
    test(`a reference in or to ${what} is refused before anything is done`, async () => {
      const box = createSandbox();
      box.write('w.sloth', text);
      const { stderr, status } = await box.sloth(...run());
      expect(status).not.toBe(0);
      for (const line of message) expect(stderr).toContain(line);
      expect(existsSync(join(box.folder, 'a'))).toBe(false);
    });
  }

  test('an output that a task did not leave fails that resource alone', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local t = task("t"):command(function() return true end)
       workflow.define("w"):tasks({ t }):resources({
         resource.file("a", { path = "a", content = t:output("nothing") }),
         resource.file("b", { path = "b", content = "x" }) })`,
    );
    const { stdout, stderr, status } = await box.sloth(...run());
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('not all of what it refers to is there: t.nothing');
    expect([existsSync(join(box.folder, 'a')), existsSync(join(box.folder, 'b'))]).toEqual([
      false,
      true,
    ]);
  });
});

describe('options of a resource', () => {
  test('an object belongs to one stack: the second one is refused it, its others are made', async () => {
    const box = createSandbox();
    const both = `workflow.define("w"):resources({
      resource.file("shared", { path = "shared.conf", content = "x" }),
      resource.file("own", { path = "own-" .. (params.of or "s") .. ".conf", content = "y" }) })`;
    box.write('w.sloth', both);
    expect((await box.sloth(...run())).status).toBe(0);
    const other = ['run', '--file', 'w.sloth', '--stack', 'other', '--param', 'of=other'];
    const dry = await box.sloth(...other, '--dry-run');
    expect(dry.stdout).toContain("'file.shared' of stack 's' is the same object");
    const { stdout, status } = await box.sloth(...other);
    expect(status).toBe(1);
    expect(stdout).toContain("'file.shared' of stack 's' is the same object");
    expect(existsSync(join(box.folder, 'own-other.conf'))).toBe(true);
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect((await box.sloth(...other)).status).toBe(0);
  });

  test('sensitive attributes are stored encrypted, and shown nowhere', async () => {
    const box = createSandbox();
    const declare = (content: string): string =>
      box.write(
        'w.sloth',
        `workflow.define("w"):resources({ resource.line("a", {
           path = "a", line = "password=${content}", match = "^password=", sensitive = { "line" } }) })`,
      );
    declare('hunter2');
    const first = await box.sloth(...run());
    expect(first.status).toBe(0);
    box.write('a', 'password=changed\n');
    const found = await box.sloth(...detect);
    const shown = await box.sloth('stack', 'drift', 'show', 's');
    declare('hunter3');
    const dry = await box.sloth(...run('--dry-run'));
    const texts = [first, found, shown, dry].map((each) => each.stdout + each.stderr).join('');
    expect(texts).not.toMatch(/hunter|password=/);
    expect(texts).toContain('<sensitive>');
    expect(readFileSync(box.db).includes('hunter2')).toBe(false);
    expect((await box.sloth(...run('--on-drift', 'overwrite'))).status).toBe(0);
    expect(readFileSync(join(box.folder, 'a'), 'utf8')).toBe('password=hunter3\n');
  });

  test('what is made from a sensitive one is sensitive, over two steps, also in the plan, however short', async () => {
    const box = createSandbox();
    const declare = (pin: string): string =>
      box.write(
        'w.sloth',
        `local first = resource.file("first", { path = "a", content = "${pin}", sensitive = { "content" } })
         local second = resource.dotenv("second", { path = "b", values = { PIN = first:attribute("content") } })
         local third = resource.template("third", {
           path = "c", content = "{{pin}}", values = { pin = second:attribute("PIN") } })
         workflow.define("w"):resources({ first, second, third })`,
      );
    declare('7Z');
    const planned = await box.sloth(...run('--dry-run', '--json'));
    const first = await box.sloth(...run());
    expect([planned.status, first.status]).toEqual([2, 0]);
    expect(readFileSync(join(box.folder, 'b'), 'utf8')).toContain('7Z');
    declare('8Z');
    box.write('b', 'PIN=9Z\n');
    const found = await box.sloth(...detect);
    const dry = await box.sloth(...run('--dry-run'));
    const texts = [planned, first, found, dry].map((each) => each.stdout + each.stderr).join('');
    expect(texts).not.toMatch(/\dZ\b/);
    expect(readFileSync(box.db, 'latin1')).not.toMatch(/"\dZ"/);
  });

  test('another version is applied again, though nothing differs', async () => {
    const box = createSandbox();
    const declare = (version: string): string =>
      box.write(
        'w.sloth',
        `workflow.define("w"):resources({ resource.command("c", {
           read = "echo '{\\"a\\": 1}'", apply = "echo applied >> log", attributes = { a = 1 },
           version = "${version}" }) })`,
      );
    declare('1');
    expect((await box.sloth(...run())).status).toBe(0);
    expect(existsSync(join(box.folder, 'log'))).toBe(false);
    declare('2');
    const dry = await box.sloth(...run('--dry-run'));
    expect(dry.stdout).toContain('  ~ command.c (version 1 -> 2; found: not made by this stack');
    expect((await box.sloth(...run())).status).toBe(0);
    expect(readFileSync(join(box.folder, 'log'), 'utf8')).toBe('applied\n');
    expect((await box.sloth(...run('--dry-run'))).status).toBe(0);
  });
});
