import { chmodSync, existsSync, lstatSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

/** A workflow `w` that declares these resources, written in Lua. */
function declare(box: Sandbox, resources: readonly string[], more = ''): void {
  const list = resources.join(',\n');
  box.write('w.sloth', `workflow.define("w"):resources({\n${list}\n})${more}`);
}

const run = (...flags: readonly string[]): string[] => [
  'run',
  '--file',
  'w.sloth',
  '--stack',
  's',
  ...flags,
];
const file = (name: string, content: string, more = ''): string =>
  `resource.file("${name}", { path = "${name}.conf", content = "${content}"${more} })`;
const detect = ['stack', 'drift', 'detect', 's', '--json'];

async function found(box: Sandbox): Promise<Record<string, string>> {
  const { stdout } = await box.sloth(...detect);
  const { resources } = JSON.parse(stdout) as { resources: { resource: string; status: string }[] };
  return Object.fromEntries(resources.map((each) => [each.resource, each.status]));
}

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
    expect(stdout).toMatch(/✗ file\.bad failed in .*ENOENT/);
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
      'resource.file("a", { path = "x" }), resource.file("b", { path = "./x" })',
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

describe('drift', () => {
  /** A stack with an object for each kind of drift. */
  async function drifted(): Promise<Sandbox> {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local lib = resource.file("lib", { path = "lib", content = "x" })
       local conf = resource.file("conf", { path = "conf", content = "port = 8080", depends_on = { lib },
         severity = { content = "critical" }, impact = { content = "Connectivity issues" } })
       local link = resource.symlink("link", { path = "link", target = "conf" })
       local web = resource.process("web", { command = "sleep 1000", pidfile = "web.pid" })
       workflow.define("w"):resources({ lib, conf, link, web })`,
    );
    const ran = await box.sloth(...run());
    expect([ran.stderr, ran.status]).toEqual(['', 0]);
    const pid = (): number =>
      Number(readFileSync(join(box.folder, 'web.pid'), 'utf8').split('\n')[0]);
    onTestFinished(() => {
      process.kill(pid(), 'SIGKILL');
    });
    writeFileSync(join(box.folder, 'conf'), 'port = 5433');
    unlinkSync(join(box.folder, 'link'));
    unlinkSync(join(box.folder, 'lib'));
    const old = pid();
    process.kill(old, 'SIGKILL');
    while (processStart(old) !== undefined) await new Promise((next) => setTimeout(next, 5));
    return box;
  }

  test('is read from the real objects, told with its kind, fixed, and proved', async () => {
    const box = await drifted();
    const detected = await box.sloth('stack', 'drift', 'detect', 's');
    expect(detected.status).toBe(2);
    expect(detected.stdout).toContain(
      'Summary:\n  Drifted Resources:    4\n  In Sync Resources:    0\n  Total Resources:      4\n',
    );
    expect(detected.stdout).toContain(
      '  • process.web: status (expected: running, actual: stopped)\n',
    );
    expect(detected.stdout).toContain('  • file.lib: missing\n');

    const report = (await box.sloth('stack', 'drift', 'show', 's')).stdout;
    for (const text of [
      'Drift Report for: s\nGenerated: ',
      'Resource: file.conf\nType: Configuration Drift\nSeverity: CRITICAL\n',
      '  Impact:    Connectivity issues\n',
      'Resource: file.lib\nType: Dependency Drift\n',
      'Resource: symlink.link\nType: Resource Drift\n',
      'Resource: process.web\nType: State Drift\n',
      '  $ ln -sfn conf ',
    ]) {
      expect(report).toContain(text);
    }

    const dry = await box.sloth('stack', 'drift', 'fix', 's', '--dry-run');
    expect([dry.status, existsSync(join(box.folder, 'link'))]).toEqual([2, false]);
    expect(dry.stdout).toContain('  • process.web: Change status from stopped to running\n');
    const asked = await box.sloth('stack', 'drift', 'fix', 's');
    expect([asked.status, asked.stderr]).toEqual([64, expect.stringContaining('--auto-approve')]);

    const one = await box.sloth(
      'stack',
      'drift',
      'fix',
      's',
      '--resource',
      'link',
      '--auto-approve',
    );
    expect(one.stdout).toContain('Fixed:    1 resource\n');
    const fixed = await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve');
    expect([fixed.stderr, fixed.status]).toEqual(['', 0]);
    expect(fixed.stdout).toContain('Fixed:    3 resources\n  Failed:   0 resources\n');
    expect(fixed.stdout).toContain('✓ All drift corrected\n');
    expect((await box.sloth(...detect)).status).toBe(0);
    expect(readFileSync(join(box.folder, 'conf'), 'utf8')).toBe('port = 8080');
    const events = await box.sloth('events', 'list', 's', '--type', 'drift.*', '--json');
    const types = (JSON.parse(events.stdout) as { type: string }[]).map((each) => each.type);
    expect(types.filter((each) => each === 'drift.detected')).toHaveLength(4);
    expect(types.filter((each) => each === 'drift.fixed')).toHaveLength(4);
  });

  test('ignored attributes may be as they like', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x', ', mode = "0600", ignore = { "mode" }')]);
    await box.sloth(...run());
    chmodSync(join(box.folder, 'a.conf'), 0o644);
    expect(await found(box)).toEqual({ 'file.a': 'in_sync' });
    expect((await box.sloth(...run('--dry-run'))).status).toBe(0);
  });

  test('accepted drift counts as in sync, until its time is over or the value changes again', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x', ', mode = "0600"')]);
    await box.sloth(...run());
    const path = join(box.folder, 'a.conf');
    const accept = (what: string, ...flags: string[]): Promise<Ended> =>
      box.sloth('stack', 'drift', 'accept', 's', what, ...flags);
    chmodSync(path, 0o640);
    expect((await accept('a', '--reason', 'x')).status).toBe(4);
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
    expect((await accept('a')).status).toBe(64);
    const accepted = await accept('file.a.mode', '--reason', 'audit', '--until', '1h');
    expect(accepted.stdout).toBe('✓ Drift of file.a accepted for 1h: mode\n');
    const calm = await box.sloth('stack', 'drift', 'detect', 's');
    expect([calm.status, calm.stdout]).toEqual([
      0,
      expect.stringContaining('Accepted:\n  • file.a: mode'),
    ]);
    expect((await box.sloth('stack', 'drift', 'accepted', 's')).stdout).toContain('audit');
    chmodSync(path, 0o644);
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
    await accept('a', '--reason', 'again', '--until', '1ms');
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
    await accept('a', '--reason', 'for good');
    expect(await found(box)).toEqual({ 'file.a': 'in_sync' });
    const taken = await box.sloth('stack', 'drift', 'unaccept', 's', 'a');
    expect(taken.stdout).toContain('1 acceptance taken back');
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
    await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve');
    const history = await box.sloth('stack', 'drift', 'history', 's', '--json');
    const episodes = JSON.parse(history.stdout) as { resource: string; fixedAt: number | null }[];
    expect(episodes.length).toBeGreaterThan(0);
    expect(episodes.every((each) => each.resource === 'file.a' && each.fixedAt !== null)).toBe(
      true,
    );
  });

  test('an object that can not be read is never in sync; the others are looked at', async () => {
    const box = createSandbox();
    declare(box, [
      file('a', 'x'),
      `resource.command("odd", { read = "cat answer 2>/dev/null || true", apply = "printf '{\\"n\\":1}' > answer", attributes = { n = 1 } })`,
    ]);
    expect((await box.sloth(...run())).status).toBe(0);
    writeFileSync(join(box.folder, 'answer'), 'no JSON at all');
    const plain = await box.sloth('stack', 'drift', 'detect', 's');
    expect([plain.status, plain.stdout]).toEqual([
      0,
      expect.stringContaining('  • command.odd: its read script printed no JSON: no JSON at all\n'),
    ]);
    expect(plain.stdout).toContain('Unreadable Resources: 1\n');
    expect(await found(box)).toEqual({ 'command.odd': 'unreadable', 'file.a': 'in_sync' });
    expect((await box.sloth('stack', 'drift', 'detect', 's', '--strict')).status).toBe(2);
  });

  test('nobody fixes what somebody else has locked', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    unlinkSync(join(box.folder, 'a.conf'));
    await box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', 'ana');
    box.env.XDG_STATE_HOME = `${box.folder}/other`;
    expect((await box.sloth(...detect)).status).toBe(2);
    expect((await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve')).status).toBe(3);
    expect(existsSync(join(box.folder, 'a.conf'))).toBe(false);
  });

  test('a stack that declares nothing says so, and so does one that was never looked at', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    const none = await box.sloth('stack', 'drift', 'detect', 's');
    expect([none.status, none.stdout]).toEqual([
      0,
      expect.stringContaining('No resources declared'),
    ]);
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    expect((await box.sloth('stack', 'drift', 'show', 's')).stdout).toContain('Not checked yet');
    const wrong = await box.sloth('stack', 'drift', 'detect', 's', '--resource', 'file.b');
    expect([wrong.status, wrong.stderr]).toEqual([
      4,
      expect.stringContaining('Did you mean file.a?'),
    ]);
  });
});
