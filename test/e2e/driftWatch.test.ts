import { readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, detect, file, found, run } from './declare.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const drift = (...more: string[]): string[] => ['stack', 'drift', ...more];

describe('adopting what somebody changed', () => {
  test('makes it what is expected, and says which line of the workflow to edit', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'one', ', mode = "0640"')]);
    await box.sloth(...run());
    box.write('a.conf', 'by hand', 0o600);
    const adopted = await box.sloth(...drift('adopt', 's', 'a'));
    expect([adopted.stderr, adopted.status]).toEqual(['', 0]);
    expect(adopted.stdout).toContain('✓ file.a is expected as it is now: content');
    expect(adopted.stdout).toMatch(/Edit .*w\.sloth:2, or the next run changes it back:\n\n/);
    expect(adopted.stdout).toContain('    content = "by hand",');
    expect(await found(box)).toEqual({ 'file.a': 'in_sync' });
    unlinkSync(join(box.folder, 'a.conf'));
    await box.sloth(...drift('fix', 's', '--auto-approve'));
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe('by hand');
    expect((await box.sloth(...drift('adopt', 's', 'a'))).status).toBe(4);
  });

  test('forgets what is gone, and refuses what no declaration could say', async () => {
    const box = createSandbox();
    const service = `resource.process("p", { command = "sleep 60", pidfile = "p.pid" })`;
    declare(box, [file('a', 'x'), service]);
    await box.sloth(...run());
    unlinkSync(join(box.folder, 'a.conf'));
    const gone = await box.sloth(...drift('adopt', 's', 'file.a'));
    expect(gone.stdout).toContain('file.a is gone, and the stack has forgotten it');
    expect(gone.stdout).toContain('Remove it from ');
    process.kill(Number(readFileSync(join(box.folder, 'p.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    const refused = await box.sloth(...drift('adopt', 's', 'process.p'));
    expect(refused.stderr).toMatch(/no declaration could say what it is now: status/i);
    expect(await found(box)).toEqual({ 'process.p': 'modified' });
  });
});

test('an accepted sensitive value stays accepted until it changes, and is stored encrypted', async () => {
  const box = createSandbox();
  declare(box, [
    'resource.line("l", { path = "l", line = "k=declared", match = "^k=", sensitive = { "line" } })',
  ]);
  await box.sloth(...run());
  box.write('l', 'k=hunter22\n');
  const accept = drift('accept', 's', 'line.l', '--reason', 'ok');
  expect((await box.sloth(...accept)).status).toBe(0);
  expect(await found(box)).toEqual({ 'line.l': 'in_sync' });
  const listed = await box.sloth(...drift('accepted', 's', '--json'));
  expect(listed.stdout).not.toContain('hunter22');
  expect(readFileSync(box.db).includes('hunter22')).toBe(false);
  box.write('l', 'k=hunter23\n');
  expect(await found(box)).toEqual({ 'line.l': 'modified' });
});

test('--max-age is content with a look that is young enough, and says that it was', async () => {
  const box = createSandbox();
  declare(box, [file('a', 'x')]);
  await box.sloth(...run());
  const young = [...detect.slice(0, 4), '--max-age', '1h'];
  expect((await box.sloth(...young)).status).toBe(0);
  box.write('a.conf', 'changed');
  const again = await box.sloth(...young);
  expect([again.status, again.stdout]).toEqual([
    0,
    expect.stringMatching(/1 of them were not read again: the last look was .* ago/),
  ]);
  expect((await box.sloth(...detect.slice(0, 4), '--max-age', '1ms')).status).toBe(2);
  await box.sloth(...drift('fix', 's', '--auto-approve'));
  box.write('a.conf', 'changed again');
  const fresh = await box.sloth(...young);
  expect([fresh.status, fresh.stdout]).toEqual([2, expect.not.stringContaining('not read again')]);
});

test('objects that no stack looks after are listed, those of other stacks are not', async () => {
  const box = createSandbox();
  const folder = (name: string): string => `resource.directory("${name}", { path = "etc" })`;
  declare(box, [folder('etc'), 'resource.file("a", { path = "etc/a", content = "x" })']);
  await box.sloth(...run());
  box.write(
    'other.sloth',
    'workflow.define("o"):resources({ resource.file("b", { path = "etc/b", content = "x" }) })',
  );
  await box.sloth('run', '--file', 'other.sloth', '--stack', 'other');
  box.write('etc/stray', 'x');
  const { stdout, status } = await box.sloth(...drift('unmanaged', 's', '--json'));
  expect(status).toBe(0);
  const id = join(box.folder, 'etc/stray');
  expect(JSON.parse(stdout)).toEqual({
    stack: 's',
    objects: [{ type: 'file', identity: id, id }],
    unreadable: [],
  });
});

describe('fixing one by one', () => {
  test('asks for each resource, and fixes those that were wanted (in a real terminal)', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x'), file('b', 'x'), file('c', 'x')]);
    await box.sloth(...run());
    for (const name of ['a', 'b', 'c']) box.write(`${name}.conf`, 'changed');
    const { stdout } = await box.shell(
      `printf 'yes\\nno\\nquit\\n' | script -qec 'sloth-runner stack drift fix s --interactive' /dev/null`,
    );
    expect(stdout).toContain('Fix it? (yes/no/all/quit)');
    expect(await found(box)).toEqual({
      'file.a': 'in_sync',
      'file.b': 'modified',
      'file.c': 'modified',
    });
  });

  test('without a terminal it is refused, and names the flag that does not ask', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    box.write('a.conf', 'changed');
    const { status, stderr } = await box.sloth(...drift('fix', 's', '--interactive'));
    expect([status, stderr]).toEqual([64, expect.stringContaining('--auto-approve')]);
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
  });
});

/** Changes a file at once: half of a write would be a drift of its own, seen and told. */
function replace(box: Sandbox, name: string, text: string): void {
  const next = box.write(`${name}.next`, text);
  renameSync(next, join(box.folder, name));
}

describe('watching', () => {
  test('tells what changes and nothing twice, writes nothing while nothing happens, ends on a signal', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x'), file('b', 'x')]);
    await box.sloth(...run());
    const serial = async (): Promise<number> => {
      const { stdout } = await box.sloth('stack', 'list', '--json');
      return (JSON.parse(stdout) as { serial: number }[])[0]?.serial ?? 0;
    };
    const watcher = box.start(...drift('watch', 's', '--interval', '20ms'));
    await watcher.printed('2 of 2 resources in sync');
    const before = await serial();
    replace(box, 'a.conf', 'changed');
    await watcher.printed('file.a: content');
    const after = await serial();
    replace(box, 'b.conf', 'changed');
    await watcher.printed('file.b: content');
    watcher.child.kill('SIGTERM');
    const { stdout, status } = await watcher.ended;
    expect(status).toBe(0);
    expect(stdout.match(/in sync/g)).toHaveLength(1);
    expect(stdout.match(/file\.b: content/g)).toHaveLength(1);
    // The first look of all, and one commit for the change.
    expect(after - before).toBe(1);
  });

  test('with --fix it puts right what drifted, and goes on', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    const watcher = box.start(...drift('watch', 's', '--fix', '--interval', '20ms'));
    await watcher.printed('1 of 1 resources in sync');
    box.write('a.conf', 'changed');
    await watcher.printed('file.a: fixed');
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe('x');
    watcher.child.kill('SIGTERM');
    expect((await watcher.ended).status).toBe(0);
  });

  test('it stops when somebody undoes its fix for the third time', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    const path = join(box.folder, 'a.conf');
    const watcher = box.start(...drift('watch', 's', '--fix', '--interval', '20ms'));
    const undo = setInterval(() => {
      try {
        if (readFileSync(path, 'utf8') === 'x') box.write('a.conf', 'mine');
      } catch {
        // Just being replaced.
      }
    }, 5);
    const { status, stderr } = await watcher.ended;
    clearInterval(undo);
    expect(status).toBe(1);
    expect(stderr).toContain('Drifted again and again: file.a.content');
  });

  test('a stack that somebody has locked is looked at, and fixed when it is free', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x')]);
    await box.sloth(...run());
    await box.shell(
      'XDG_STATE_HOME=$HOME/elsewhere sloth-runner stack lock acquire s --reason mine --locked-by other',
    );
    box.write('a.conf', 'changed');
    const watcher = box.start(...drift('watch', 's', '--fix', '--interval', '20ms'));
    await watcher.printed('trying again in');
    await box.sloth('stack', 'lock', 'force-release', 's');
    await watcher.printed('file.a: fixed');
    watcher.child.kill('SIGTERM');
    await watcher.ended;
  });
});
