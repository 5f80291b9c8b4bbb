import { chmodSync, existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { declare, detect, file, found, run } from './declare.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

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
    const told = JSON.parse(events.stdout) as { events: { type: string }[] };
    const types = told.events.map((each) => each.type);
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

  test('of what can not be read nothing is accepted', async () => {
    const box = createSandbox();
    const read = `test -e deny && { echo 'no entry' >&2; exit 1; }; echo '{"a":1}'`;
    declare(box, [
      `resource.command("c", { read = [[${read}]], apply = "true", attributes = { a = 1 } })`,
    ]);
    await box.sloth(...run());
    box.write('deny', '');
    const shown = await box.sloth('stack', 'drift', 'detect', 's', '--strict');
    expect([shown.status, shown.stdout]).toEqual([2, expect.stringContaining('no entry')]);
    const accepted = await box.sloth('stack', 'drift', 'accept', 's', 'command.c', '--reason', 'x');
    expect([accepted.status, accepted.stderr]).toEqual([
      1,
      expect.stringContaining("can't be read"),
    ]);
    expect((await box.sloth('stack', 'drift', 'show', 's')).stdout).toContain('no entry');
  });

  test('accepted drift counts as in sync, until its time is over or the value changes again', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'x', ', mode = "0600"')]);
    await box.sloth(...run());
    const path = join(box.folder, 'a.conf');
    const accept = (what: string, ...flags: string[]): Promise<Ended> =>
      box.sloth('stack', 'drift', 'accept', 's', what, ...flags);
    expect((await accept('a', '--reason', 'x')).status).toBe(4);
    chmodSync(path, 0o640);
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
    const episodes = JSON.parse(history.stdout) as {
      resource: string;
      fixedAt: number | null;
      ended: string | null;
    }[];
    expect(episodes.map(({ resource, ended }) => [resource, ended])).toEqual([
      ['file.a', 'accepted'],
      ['file.a', 'accepted'],
      ['file.a', 'fixed'],
    ]);
    expect(episodes.map(({ fixedAt }) => fixedAt !== null)).toEqual([false, false, true]);
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
