import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, file, found, run } from './declare.ts';
import { createSandbox } from './sandbox.ts';

describe('plan and apply', () => {
  test('a dry run says what would be done, and writes nothing; a run does exactly that', async () => {
    const box = createSandbox();
    const path = join(box.folder, 'a.conf');
    declare(box, [file('a', 'one', ', mode = "0640"')]);
    const dry = await box.sloth(...run('--dry-run'));
    expect([dry.stderr, dry.status]).toEqual(['', 2]);
    expect(dry.stdout).toContain('  + file.a\n');
    expect(dry.stdout).toContain('Plan: 1 to create\n');
    expect([existsSync(path), existsSync(box.db)]).toEqual([false, false]);

    const first = await box.sloth(...run());
    expect([first.stderr, first.status]).toEqual(['', 0]);
    expect(first.stdout).toMatch(/✓ file\.a completed in .*: created/);
    expect([readFileSync(path, 'utf8'), lstatSync(path).mode & 0o777]).toEqual(['one', 0o640]);
    expect((await box.sloth(...run('--dry-run'))).status).toBe(0);

    declare(box, [file('a', 'two', ', mode = "0600"')]);
    const plan = await box.sloth(...run('--dry-run'));
    expect(plan.stdout).toMatch(
      / {2}~ file\.a\n {6}content: sha256:.*… -> sha256:.*…\n {6}mode: 0640 -> 0600\n/,
    );
    expect((await box.sloth(...run())).stdout).toMatch(/file\.a completed in .*: updated/);
    expect(readFileSync(path, 'utf8')).toBe('two');
    const again = await box.sloth(...run());
    expect(again.stdout).toContain('Plan: 1 unchanged');
  });

  test('an object that moves is replaced, and what is no longer declared is deleted last', async () => {
    const box = createSandbox();
    const at = (path: string): string => `resource.file("a", { path = "${path}", content = "x" })`;
    declare(box, [at('one'), file('b', 'x')]);
    await box.sloth(...run());
    declare(box, [at('two')]);
    const dry = await box.sloth(...run('--dry-run'));
    expect(dry.stdout).toContain('-/+ file.a (it was ');
    expect(dry.stdout).toContain('  - file.b\n');
    expect(dry.stdout).toContain('Plan: 1 to delete, 1 to replace\n');
    expect((await box.sloth(...run())).status).toBe(0);
    const there = ['one', 'two', 'b.conf'].map((name) => existsSync(join(box.folder, name)));
    expect(there).toEqual([false, true, false]);
    const shown = await box.sloth('stack', 'show', 's', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ resources: [{ name: 'file.a' }] });
  });

  test('too many deletions, and those of protected objects, are refused before anything is done', async () => {
    const box = createSandbox();
    declare(
      box,
      ['a', 'b', 'c'].map((name) => file(name, 'x')),
    );
    await box.sloth(...run());
    declare(box, [file('a', 'changed')]);
    const many = await box.sloth(...run());
    expect([many.status, many.stderr]).toEqual([1, expect.stringContaining('--allow-deletions')]);
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe('x');
    expect((await box.sloth('stack', 'lock', 'status', 's')).stdout).toContain('UNLOCKED');
    expect((await box.sloth(...run('--allow-deletions'))).status).toBe(0);
    expect(existsSync(join(box.folder, 'c.conf'))).toBe(false);

    declare(box, [file('a', 'x', ', protect = true'), file('d', 'x', ', prune = false')]);
    await box.sloth(...run('--on-drift', 'overwrite'));
    declare(box, [file('e', 'x')]);
    const safe = await box.sloth(...run('--allow-deletions'));
    expect([safe.status, safe.stderr]).toEqual([
      1,
      expect.stringContaining("'file.a' is protected"),
    ]);
    expect(existsSync(join(box.folder, 'e.conf'))).toBe(false);
  });

  test('destroy deletes every object, dependents first; a protected one stops it', async () => {
    const box = createSandbox();
    const folder = 'resource.directory("d", { path = "d" })';
    const inside = (more: string): string =>
      `resource.file("f", { path = "d/f", content = "x", depends_on = "directory.d"${more} })`;
    declare(box, [folder, inside(', protect = true')]);
    await box.sloth(...run());
    const refused = await box.sloth('destroy', '--stack', 's', '--yes');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('protected')]);
    declare(box, [folder, inside('')]);
    await box.sloth(...run());
    const asked = await box.sloth('destroy', '--stack', 's');
    expect([asked.status, asked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    const done = await box.sloth('destroy', '--stack', 's', '--yes');
    expect([done.stderr, done.status]).toEqual(['', 0]);
    expect(done.stdout).toContain('✓ file.f: deleted\n✓ directory.d: deleted\n');
    expect(existsSync(join(box.folder, 'd'))).toBe(false);
    const shown = await box.sloth('stack', 'show', 's', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ resources: [] });
  });

  test('on_failure = "rollback" brings the real objects back', async () => {
    const box = createSandbox();
    const config = ':config({ on_failure = "rollback" })';
    const path = (name: string): string => join(box.folder, `${name}.conf`);
    declare(box, [file('a', 'old'), file('gone', 'x')], config);
    expect((await box.sloth(...run())).status).toBe(0);
    const bad = ':tasks({ task("bad"):depends_on("file.a", "file.new"):command("false") })';
    declare(box, [file('a', 'changed'), file('gone', 'x'), file('new', 'x')], bad + config);
    const failed = await box.sloth(...run());
    expect([failed.status, failed.stdout]).toEqual([1, expect.stringContaining('Rolled back')]);
    expect(readFileSync(path('a'), 'utf8')).toBe('old');
    expect([existsSync(path('new')), existsSync(path('gone'))]).toEqual([false, true]);
    expect(await found(box)).toEqual({ 'file.a': 'in_sync', 'file.gone': 'in_sync' });
  });

  test('a workflow that suddenly declares nothing deletes nothing', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    box.write('w.sloth', 'workflow.define("w"):tasks({ task("t"):command("true") })');
    const { status, stderr } = await box.sloth(...run());
    expect([status, stderr]).toEqual([1, expect.stringContaining('declares none any more')]);
    expect(existsSync(join(box.folder, 'a.conf'))).toBe(true);
  });

  test('what was changed from outside is not silently reverted', async () => {
    const box = createSandbox();
    const path = join(box.folder, 'a.conf');
    declare(box, [file('a', 'declared')]);
    await box.sloth(...run());
    writeFileSync(path, 'by hand');
    const stopped = await box.sloth(...run());
    expect([stopped.status, stopped.stderr]).toEqual([1, expect.stringContaining('--on-drift')]);
    expect(stopped.stdout).toMatch(/! changed from outside +declared +last applied +actual/);
    expect(readFileSync(path, 'utf8')).toBe('by hand');
    expect((await box.sloth(...run('--on-drift', 'keep'))).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('by hand');
    expect((await box.sloth(...run('--on-drift', 'overwrite'))).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('declared');
  });

  test('tasks and resources are one graph, and a resource that fails skips what needs it', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local bad = resource.file("bad", { path = "missing/folder/x", content = "x" })
       local good = resource.file("good", { path = "good", content = "x" })
       workflow.define("w"):resources({ bad, good }):tasks({
         task("needs_bad"):depends_on({ bad }):command("touch ran"),
         task("needs_good"):depends_on("file.good"):command("test -f good"),
       })`,
    );
    const { status, stdout } = await box.sloth(...run());
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ file\.bad failed in .*folder is missing: declare it/);
    expect(stdout).toContain("○ needs_bad skipped: needs 'file.bad'");
    expect(stdout).toMatch(/✓ needs_good completed/);
    expect(existsSync(join(box.folder, 'ran'))).toBe(false);
    box.write('missing/folder/.keep', '');
    expect((await box.sloth(...run('--resume'))).status).toBe(0);
  });

  const mistakes: readonly (readonly [string, string, readonly string[]])[] = [
    ['an unknown type', 'resource.fil("a", {})', ["no type 'fil'", 'file']],
    ['a missing property', 'resource.file("a", { content = "x" })', ["'path' is missing"]],
    [
      'an unknown property',
      'resource.file("a", { path = "x", contnt = "" })',
      ['contnt', 'content'],
    ],
    ['a wrong property', 'resource.file("a", { path = 3 })', ["'path' must be a text"]],
    ['no name', 'resource.file()', ['no name']],
    [
      'one object twice',
      'resource.file("a", { path = "x", content = "" }), resource.file("b", { path = "./x", content = "" })',
      ['same object', 'file.a'],
    ],
    [
      'a dangling dependency',
      'resource.file("a", { path = "x", depends_on = "file.bb" }), resource.file("b", { path = "y" })',
      ["'file.bb'", 'file.b'],
    ],
  ];
  for (const [name, text, says] of mistakes) {
    test(`${name} is refused at its line, and nothing is touched`, async () => {
      const box = createSandbox();
      declare(box, [text]);
      const { status, stderr } = await box.sloth(...run());
      expect(status).toBe(1);
      for (const part of [...says, 'w.sloth:2']) expect(stderr).toContain(part);
      expect(existsSync(join(box.folder, 'x'))).toBe(false);
    });
  }

  test('the same in TypeScript', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth.ts',
      `import { resource, task, workflow } from 'sloth-runner';
       const dir = resource.directory('dir', { path: 'etc' });
       const conf = resource.file('conf', { path: 'etc/a', content: 'x', dependsOn: dir, protect: true });
       const check = task('check').dependsOn(conf).command('test -f etc/a');
       workflow.define('w').resources([dir, conf]).tasks([check]);`,
    );
    const ran = await box.sloth('run', '--file', 'w.sloth.ts', '--stack', 's');
    expect([ran.stderr, ran.status]).toEqual(['', 0]);
    expect(await found(box)).toEqual({ 'directory.dir': 'in_sync', 'file.conf': 'in_sync' });
  });

  test('inside a task an object is ensured at once, registered, and kept', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({ task("t"):command(function()
         local first = resource.file("made", { path = "made", content = "x" })
         local again = resource.file("made", { path = "made", content = "x" })
         assert(first.changed and first.action == "created" and not again.changed)
         local ok, err = pcall(resource.file, "bad", { path = "no/folder/here", content = "x" })
         assert(not ok and tostring(err):find("file.bad"))
       end) })`,
    );
    const ran = await box.sloth(...run());
    expect([ran.stdout, ran.status]).toEqual([expect.stringContaining('t completed'), 0]);
    expect(await found(box)).toMatchObject({ 'file.made': 'in_sync' });
    box.write(
      'w.sloth.ts',
      `import { resource, task, workflow } from 'sloth-runner';
       workflow.define('w').tasks([task('t').command(async () => {
         const { changed, action } = await resource.file('made', { path: 'made', content: 'y' });
         return [changed && action === 'updated', action];
       })]);`,
    );
    const script = await box.sloth('run', '--file', 'w.sloth.ts', '--stack', 's');
    expect([script.stdout, script.status]).toEqual([expect.stringContaining('updated'), 0]);
    expect(readFileSync(join(box.folder, 'made'), 'utf8')).toBe('y');
    unlinkSync(join(box.folder, 'made'));
    expect((await found(box))['file.made']).toBe('deleted');
  });

  test('an object that is there already is imported as it is, and looked after', async () => {
    const box = createSandbox();
    const path = box.write('there.conf', 'by hand\n');
    await box.sloth('stack', 'new', 's');
    const adopt = (...args: string[]): ReturnType<typeof box.sloth> =>
      box.sloth('import', '--stack', 's', ...args);
    const missing = await adopt('file', 'x', 'nothing');
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('nothing at')]);
    expect((await adopt('process', 'x', 'y')).status).toBe(64);
    const done = await adopt('file', 'there', 'there.conf');
    expect([done.stderr, done.status]).toEqual(['', 0]);
    expect(done.stdout).toContain('resource.file("there", {\n');
    expect((await adopt('file', 'again', './there.conf')).stderr).toContain(
      "'file.there' of stack 's' is the same object",
    );
    expect(await found(box)).toEqual({ 'file.there': 'in_sync' });
    expect(readFileSync(box.db).includes('by hand')).toBe(false);
    unlinkSync(path);
    expect((await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve')).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('by hand\n');
    declare(box, [file('other', 'x')]);
    expect((await box.sloth(...run())).status).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  test('a disk that fills during a replace leaves the old file (a limit on the size of files stands in for it)', async () => {
    const box = createSandbox();
    box.write('small', 'small');
    box.write('large', 'x'.repeat(8_000_000));
    const big = (source: string): string =>
      `resource.file("big", { path = "big.conf", source = "${source}" })`;
    declare(box, [big('small')]);
    await box.sloth(...run());
    declare(box, [big('large'), file('other', 'x')]);
    const limited = `ulimit -f 8192; sloth-runner ${run().join(' ')}`;
    const { status, stdout } = await box.shell(limited);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/file\.big failed in .*: EFBIG/)]);
    expect(readFileSync(join(box.folder, 'big.conf'), 'utf8')).toBe('small');
    expect(readdirSync(box.folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(existsSync(join(box.folder, 'other.conf'))).toBe(true);
    expect((await box.sloth(...run())).status).toBe(0);
    expect(readFileSync(join(box.folder, 'big.conf'), 'utf8').length).toBe(8_000_000);
  });

  test('a validation tells wrong properties, and what this machine is not fit for', async () => {
    const box = createSandbox();
    const validate = ['stack', 'validate', 's', '--file', 'w.sloth'];
    declare(box, ['resource.file("a", { pth = "a" })']);
    const wrong = await box.sloth(...validate);
    expect([wrong.status, wrong.stdout]).toEqual([1, expect.stringContaining("it has no 'pth'")]);
    declare(box, ['resource.container("web", { name = "web", image = "nginx" })']);
    const node = process.execPath.slice(0, process.execPath.lastIndexOf('/'));
    const unfit = await box.shell(
      `PATH=${box.folder}/bin:${node}; sloth-runner ${validate.join(' ')} || true`,
    );
    expect(unfit.stdout).toContain('neither docker nor podman is on this machine');
  });

  test('a secret in a property is stored encrypted, and works all the same', async () => {
    const box = createSandbox();
    declare(box, ['resource.file("a", { path = "a.conf", content = secret("s3cr3t-content") })']);
    const ran = await box.sloth(...run('--json', '--verbose'));
    expect([ran.stdout, ran.status]).toEqual([expect.not.stringContaining('s3cr3t-content'), 0]);
    expect(readFileSync(box.db).includes('s3cr3t-content')).toBe(false);
    unlinkSync(join(box.folder, 'a.conf'));
    const fixed = await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve');
    expect([fixed.stderr, fixed.status]).toEqual(['', 0]);
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe('s3cr3t-content');
  });
});
