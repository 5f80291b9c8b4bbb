import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, file, found, run } from './declare.ts';
import { FAILS, mixed, mode, ROLLBACK, said, stack, text, there } from './objects.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

/** The pre-images of a resource, the newest first. */
async function images(box: Sandbox, address: string): Promise<{ id: string; unkept: string }[]> {
  const { stdout } = await stack(box, 'resource', 'history', 's', address, '--json');
  return (JSON.parse(stdout) as { images: { id: string; unkept: string }[] }).images;
}

describe('what was found', () => {
  test('the plan and show say so; destroy lets it go', async () => {
    const box = createSandbox();
    box.write('old.conf', 'old');
    box.write('same.conf', 'same');
    declare(box, [file('old', 'new'), file('same', 'same'), file('made', 'made')]);
    const plan = await box.sloth(...run('--dry-run'));
    expect(plan.stdout).toContain(
      '~ file.old (found: not made by this stack; what is there is kept)',
    );
    expect(plan.stdout).toContain('Plan: 1 to update, 1 to create, 1 unchanged');
    await box.sloth(...run());
    const { stdout: shown } = await stack(box, 'show', 's');
    expect(shown).toContain('• file.made (applied)\n');
    expect(shown).toContain('• file.old (applied, found)\n');
    expect(shown).toContain('• file.same (applied, found)\n');
    const asked = await box.sloth('destroy', '--stack', 's');
    expect([asked.status, said(asked)]).toEqual([
      64,
      expect.stringContaining('1 to delete, 2 found: let go'),
    ]);
    expect(there(box, 'made.conf')).toBe(true);
    const destroyed = await box.sloth('destroy', '--stack', 's', '--yes');
    expect(destroyed.stdout).toContain('Deleted: 1, let go: 2, failed: 0, skipped: 0');
    expect(there(box, 'made.conf')).toBe(false);
    expect([text(box, 'old.conf'), text(box, 'same.conf')]).toEqual(['new', 'same']);
    // Its past can be had back, though the stack doesn't know it any more.
    const [image] = await images(box, 'file.old');
    await stack(box, 'resource', 'restore', 's', 'file.old', '--from', image?.id ?? '');
    expect(text(box, 'old.conf')).toBe('old');
  });

  test('--include-found deletes it, and its question lists it', async () => {
    const box = createSandbox();
    await mixed(box);
    const asked = await box.sloth('destroy', '--stack', 's', '--include-found');
    expect(asked.status).toBe(64);
    for (const name of ['old', 'same']) {
      const path = join(box.folder, `${name}.conf`);
      expect(asked.stdout).toContain(`- file.${name} (${path}: not made by this stack)`);
    }
    expect(asked.stderr).toContain('3 to delete');
    expect(text(box, 'same.conf')).toBe('same');
    await box.sloth('destroy', '--stack', 's', '--include-found', '--yes');
    expect(['old', 'same', 'made'].filter((name) => there(box, `${name}.conf`))).toEqual([]);
    expect(await images(box, 'file.same')).toHaveLength(1);
  });

  test('a rollback puts it back, with its mode, and deletes only what was made', async () => {
    const box = createSandbox();
    box.write('old.conf', 'old');
    chmodSync(join(box.folder, 'old.conf'), 0o606);
    box.write('same.conf', 'same');
    const more = ', mode = "0600"';
    declare(
      box,
      [file('old', 'new', more), file('same', 'same'), file('made', 'x'), FAILS],
      ROLLBACK,
    );
    const failed = await box.sloth(...run());
    expect(failed.status).toBe(1);
    expect([text(box, 'old.conf'), mode(box, 'old.conf')]).toEqual(['old', 0o606]);
    expect(text(box, 'same.conf')).toBe('same');
    expect(there(box, 'made.conf')).toBe(false);
    expect(await found(box)).toEqual({});
  });

  test('what leaves the code is let go; what takes the place of a made one is kept', async () => {
    const box = createSandbox();
    await mixed(box);
    declare(box, [file('made', 'made')]);
    const plan = await box.sloth(...run('--dry-run'));
    expect(plan.stdout).not.toContain('to delete');
    expect((await box.sloth(...run())).status).toBe(0);
    expect([text(box, 'old.conf'), text(box, 'same.conf')]).toEqual(['new', 'same']);
    expect(Object.keys(await found(box))).toEqual(['file.made']);
  });
});

describe('resource history and restore', () => {
  test('each change keeps what was there; one is had back, in its place or in a file', async () => {
    const box = createSandbox();
    await mixed(box);
    for (const content of ['two', 'three']) {
      declare(box, [file('old', content), file('same', 'same'), file('made', 'made')]);
      await box.sloth(...run());
    }
    const history = await stack(box, 'resource', 'history', 's', 'file.old');
    expect(history.stdout).toMatch(/ID +TIME +EXECUTION +WHEN +ORIGIN/);
    const kept = await images(box, 'file.old');
    expect(kept).toHaveLength(3);
    expect(kept.map(({ unkept }) => unkept)).toEqual(['', '', '']);
    const restore = (id: string, ...flags: readonly string[]): Promise<Ended> =>
      stack(box, 'resource', 'restore', 's', 'file.old', '--from', id, ...flags);
    const oldest = kept[2]?.id ?? '';
    expect((await restore(oldest, '-o', 'copy')).status).toBe(0);
    expect([text(box, 'copy'), text(box, 'old.conf')]).toEqual(['old', 'three']);
    expect((await restore(oldest)).status).toBe(0);
    expect(text(box, 'old.conf')).toBe('old');
    // What it was right before that is kept as well, and the declaration stays.
    expect(await images(box, 'file.old')).toHaveLength(4);
    expect(await found(box)).toMatchObject({ 'file.old': 'modified' });
    const wrong = await restore('p999');
    expect([wrong.status, wrong.stderr]).toEqual([4, expect.stringContaining(oldest)]);
    expect((await stack(box, 'log', 's', '--verify')).status).toBe(0);
  });

  test.each([
    ['file', (n: number) => file('a', `${n}`), 'old\nlines'],
    [
      'line',
      (n: number) =>
        `resource.line("a", { path = "a.conf", line = "port=${n}", match = "^port=" })`,
      'port=0\nlines\n',
    ],
    [
      'dotenv',
      (n: number) => `resource.dotenv("a", { path = "a.conf", values = { PORT = "${n}" } })`,
      'PORT=0\nlines=1\n',
    ],
    [
      'block',
      (n: number) =>
        `resource.block("a", { path = "a.conf", name = "port", content = "port ${n}\\n${n}" })`,
      'lines\n',
    ],
    [
      'replace',
      (n: number) =>
        `resource.replace("a", { path = "a.conf", match = "port=[0-9]", with = "port=${n}" })`,
      'port=0\nlines\n',
    ],
  ])('%s: a restore goes back over several executions', async (type, declared, before) => {
    const box = createSandbox();
    box.write('a.conf', before);
    await stack(box, 'new', 's');
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    for (const n of [1, 2, 3]) {
      declare(box, [declared(n)]);
      const { status, stderr } = await box.sloth(...run('--on-drift', 'overwrite'));
      expect([status, stderr]).toEqual([0, '']);
    }
    expect(text(box, 'a.conf')).not.toBe(before);
    const flags = ['before', '--apply', '--yes'];
    const restored = await stack(box, 'snapshot', 'restore', 's', ...flags);
    expect([restored.status, restored.stderr]).toEqual([0, '']);
    expect(text(box, 'a.conf')).toBe(before);
    expect(type === 'file' ? await found(box) : {}).toEqual({});
  });

  test('an edit by hand is kept, and goes where somebody asks for an earlier one', async () => {
    const box = createSandbox();
    await mixed(box);
    writeFileSync(join(box.folder, 'old.conf'), 'by hand');
    const [first] = await images(box, 'file.old');
    const restore = (id = ''): Promise<Ended> =>
      stack(box, 'resource', 'restore', 's', 'file.old', '--from', id);
    expect((await restore(first?.id)).status).toBe(0);
    expect(text(box, 'old.conf')).toBe('old');
    const [newest] = await images(box, 'file.old');
    expect((await restore(newest?.id)).status).toBe(0);
    expect(text(box, 'old.conf')).toBe('by hand');
  });

  test('what is too large is said in the plan beforehand, and is not put back silently', async () => {
    const box = createSandbox({ SLOTH_RUNNER_STACKS_PREIMAGE_MAX: '10B' });
    box.write('sloth-runner.yaml', 'stacks:\n  preimage_max: 10B\n');
    box.write('old.conf', 'x'.repeat(100));
    declare(box, [file('old', 'new'), FAILS], ROLLBACK);
    const config = ['--config', 'sloth-runner.yaml'];
    const plan = await box.sloth(...run('--dry-run', ...config));
    expect(plan.stdout).toMatch(
      /file\.old \(found: not made by this stack; what is there can't be had back: .*10 B/,
    );
    const failed = await box.sloth(...run(...config));
    expect(failed.status).toBe(1);
    expect(said(failed)).toMatch(/file\.old.*could not be kept/);
    const [image] = await images(box, 'file.old');
    expect(image?.unkept).not.toBe('');
    const copy = ['-o', 'copy', '--from', image?.id ?? ''];
    expect((await stack(box, 'resource', 'restore', 's', 'file.old', ...copy)).status).toBe(1);
    expect(there(box, 'copy')).toBe(false);
  });
});
