import { chmodSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, detect, file, found, run } from './declare.ts';
import { FAILS, mixed, mode, ROLLBACK, said, stack, text, there } from './objects.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

describe('another name', () => {
  test('a rename deletes nothing, also where a list shifts', async () => {
    const box = createSandbox();
    const at = (name: string, path: string): string =>
      `resource.file("${name}", { path = "${path}", content = "x" })`;
    declare(box, [at('old', 'a')]);
    await box.sloth(...run());
    declare(box, [at('new', 'a')]);
    const renamed = await box.sloth(...run());
    expect(renamed.stdout).toContain('file.old -> file.new');
    expect(renamed.stdout).not.toMatch(/deleted|: created/);
    const list = (...paths: string[]): string[] => paths.map((path, n) => at(`f${n}`, path));
    declare(box, list('a', 'b', 'c'));
    await box.sloth(...run());
    declare(box, list('b', 'c'));
    const shifted = await box.sloth(...run('--dry-run'));
    expect(shifted.stdout).toContain('Plan: 1 to delete, 2 unchanged, 2 with another address');
    // What goes is told as that, and not as a new name.
    expect(shifted.stdout).toContain(`- file.f2 (${join(box.folder, 'a')}; it was file.f0)`);
    expect(shifted.stdout).not.toMatch(/- file\.f\d ->/);
    await box.sloth(...run('--allow-deletions'));
    expect(['a', 'b', 'c'].map((name) => there(box, name))).toEqual([false, true, true]);
    declare(box, list('c', 'b'));
    await box.sloth(...run());
    expect(await found(box)).toEqual({ 'file.f0': 'in_sync', 'file.f1': 'in_sync' });
  });

  test('moved says it where the identity changes; the plan says that the old object goes', async () => {
    const box = createSandbox();
    declare(box, ['resource.file("old", { path = "a", content = "x" })']);
    await box.sloth(...run());
    declare(box, ['resource.file("new", { path = "b", content = "x", moved = "file.old" })']);
    const plan = await box.sloth(...run('--dry-run'));
    expect(plan.stdout).toContain(`-/+ file.old -> file.new`);
    expect(plan.stdout).toContain(`${join(box.folder, 'a')} is deleted`);
    await box.sloth(...run('--allow-deletions'));
    expect([there(box, 'a'), there(box, 'b')]).toEqual([false, true]);
  });
});

describe('a stack that looks after objects', () => {
  test('is not deleted, but with --keep-objects', async () => {
    const box = createSandbox();
    await mixed(box);
    const refused = await stack(box, 'delete', 's', '--yes');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('3 objects')]);
    expect(refused.stderr).toContain('destroy --stack s');
    expect(refused.stderr).toContain('--keep-objects');
    expect((await stack(box, 'delete', 's', '--yes', '--keep-objects')).status).toBe(0);
    expect(text(box, 'made.conf')).toBe('made');
  });

  test('a restore says what it would really do, does that, and is no success where it failed', async () => {
    const box = createSandbox();
    box.write('old.conf', 'old');
    await stack(box, 'new', 's');
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    mkdirSync(join(box.folder, 'sub'));
    declare(box, [file('old', 'new'), file('made', 'x'), file('sub/deep', 'x')]);
    await box.sloth(...run());
    const restore = (...flags: readonly string[]): Promise<Ended> =>
      stack(box, 'snapshot', 'restore', 's', 'before', ...flags);
    const alone = await restore('--dry-run');
    expect(alone.stdout).toContain('Real objects are left alone. With --apply:');
    expect(alone.stdout).toContain('- file.made is deleted');
    expect(alone.stdout).toContain('~ file.old is put back as it was, and let go');
    expect(alone.stdout).toContain('drift fix');
    expect(text(box, 'old.conf')).toBe('new');
    const applied = await restore('--dry-run', '--apply');
    expect(applied.stdout).toContain('Real objects:\n');
    expect(applied.stdout).not.toContain('left alone');
    expect(there(box, 'made.conf')).toBe(true);
    // A directory lies where the file was: it is nobody's to delete.
    await box.shell('rm sub/deep.conf; mkdir sub/deep.conf; touch sub/deep.conf/mine');
    const failed = await restore('--apply', '--yes');
    expect([failed.status, said(failed)]).toEqual([
      1,
      expect.stringContaining('not all of its objects'),
    ]);
    expect(said(failed)).not.toContain('restored successfully');
    expect(there(box, 'sub/deep.conf/mine')).toBe(true);
    expect([text(box, 'old.conf'), there(box, 'made.conf')]).toEqual(['old', false]);
    expect(Object.keys(await found(box))).toEqual(['file.sub/deep']);
  });

  test('a restore of one resource leaves the objects of all others alone', async () => {
    const box = createSandbox();
    declare(box, [file('a', '1'), file('b', '1')]);
    await box.sloth(...run());
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    declare(box, [file('a', '2'), file('b', '2')]);
    await box.sloth(...run());
    writeFileSync(join(box.folder, 'b.conf'), 'by hand');
    const flags = ['--resource', 'file.a', '--apply'];
    const preview = await stack(box, 'snapshot', 'restore', 's', 'before', ...flags, '--dry-run');
    expect(preview.stdout).not.toContain('file.b');
    await stack(box, 'snapshot', 'restore', 's', 'before', ...flags, '--yes');
    expect([text(box, 'a.conf'), text(box, 'b.conf')]).toEqual(['1', 'by hand']);
  });
});

describe('failed', () => {
  test('is told by the run, show, why, drift and their JSON, until it is mended', async () => {
    const box = createSandbox();
    declare(box, [file('ok', 'x'), file('no/bad', 'x')]);
    const failed = await box.sloth(...run());
    expect([failed.status, said(failed)]).toEqual([
      1,
      expect.stringContaining('1 created, 1 failed'),
    ]);
    const { stdout: shown } = await stack(box, 'show', 's');
    expect(shown).toContain('file.no/bad (failed');
    const shownJson = await stack(box, 'show', 's', '--json');
    expect(JSON.parse(shownJson.stdout)).toMatchObject({
      resources: expect.arrayContaining([
        expect.objectContaining({ name: 'file.no/bad', status: 'failed' }),
      ]) as unknown,
    });
    const why = await box.sloth('why', 's');
    expect(why.stdout).toMatch(/file\.no\/bad/);
    const whyJson = await box.sloth('why', 's', '--json');
    const { reasons } = JSON.parse(whyJson.stdout) as { reasons: { kind: string }[] };
    expect(reasons).toContainEqual(
      expect.objectContaining({ kind: 'failed_resource', resource: 'file.no/bad' }),
    );
    expect((await box.sloth(...detect)).status).toBe(2);
    expect(await found(box)).toEqual({ 'file.ok': 'in_sync', 'file.no/bad': 'failed' });
    const fixed = await stack(box, 'drift', 'fix', 's', '--auto-approve');
    expect([fixed.status, fixed.stdout]).toEqual([
      1,
      expect.not.stringContaining('All drift corrected'),
    ]);
    const events = await box.sloth('events', 'list', 's', '--json');
    expect(events.stdout).toContain('resource.failed');
    mkdirSync(join(box.folder, 'no'));
    const mended = await stack(box, 'drift', 'fix', 's', '--auto-approve');
    expect([mended.status, mended.stdout]).toEqual([
      0,
      expect.stringContaining('All drift corrected'),
    ]);
    expect((await box.sloth('why', 's')).stdout).not.toContain('Its resource');
  });

  test('an object that never came into being is free for another stack', async () => {
    const box = createSandbox();
    declare(box, [file('no/bad', 'x')]);
    expect((await box.sloth(...run())).status).toBe(1);
    mkdirSync(join(box.folder, 'no'));
    const other = ['run', '--file', 'w.sloth', '--stack', 'other'];
    expect((await box.sloth(...other)).status).toBe(0);
    const refused = await box.sloth(...run());
    expect([refused.status, said(refused)]).toEqual([1, expect.stringContaining("'other'")]);
    // What the first stack tried to make is not its to delete now.
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect(text(box, 'no/bad.conf')).toBe('x');
  });
});

describe('what came to nothing', () => {
  test('is not deleted where somebody else made it since', async () => {
    const box = createSandbox();
    declare(box, [file('no/bad', 'x')]);
    expect((await box.sloth(...run())).status).toBe(1);
    box.write('no/bad.conf', 'theirs');
    // The stack changes it now, and knows that it did not make it.
    expect((await box.sloth(...run('--on-drift', 'overwrite'))).status).toBe(0);
    expect(text(box, 'no/bad.conf')).toBe('x');
    const { stdout } = await box.sloth('destroy', '--stack', 's', '--yes');
    expect(stdout).toContain('let go: 1');
    expect(text(box, 'no/bad.conf')).toBe('x');
  });
});

describe('left alone', () => {
  const declared = (content: string, more: string): string[] => [
    file('a', content, `, mode = "0640"${more}`),
  ];

  test.each([
    ['ignore', ', ignore = { "mode" }', async () => {}],
    [
      'accept',
      '',
      async (box: Sandbox) => {
        const accept = ['drift', 'accept', 's', 'file.a.mode', '--reason', 'ours'];
        const { status, stderr } = await stack(box, ...accept);
        expect([status, stderr]).toEqual([0, '']);
      },
    ],
  ] as const)('%s: by a run, a fix, a rollback and a restore', async (_, more, leave) => {
    const box = createSandbox();
    declare(box, declared('1', more));
    await box.sloth(...run());
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    const path = join(box.folder, 'a.conf');
    chmodSync(path, 0o604);
    await leave(box);
    declare(box, declared('2', more));
    expect((await box.sloth(...run())).status).toBe(0);
    expect([text(box, 'a.conf'), mode(box, 'a.conf')]).toEqual(['2', 0o604]);
    writeFileSync(path, 'by hand');
    await stack(box, 'drift', 'fix', 's', '--auto-approve');
    expect([text(box, 'a.conf'), mode(box, 'a.conf')]).toEqual(['2', 0o604]);
    declare(box, [...declared('3', more), FAILS], ROLLBACK);
    await box.sloth(...run());
    expect([text(box, 'a.conf'), mode(box, 'a.conf')]).toEqual(['2', 0o604]);
    await stack(box, 'snapshot', 'restore', 's', 'before', '--apply', '--yes');
    expect([text(box, 'a.conf'), mode(box, 'a.conf')]).toEqual(['1', 0o604]);
  });

  test('--on-drift keep: for one run, which changes the rest', async () => {
    const box = createSandbox();
    declare(box, declared('1', ''));
    await box.sloth(...run());
    chmodSync(join(box.folder, 'a.conf'), 0o604);
    declare(box, declared('2', ''));
    for (const flags of [['--dry-run'], []]) {
      const kept = await box.sloth(...run('--on-drift', 'keep', ...flags));
      expect(kept.status).toBe(flags.length === 0 ? 0 : 2);
      // The plan has what is done, and nothing else.
      expect(kept.stdout).toContain('mode: left as somebody changed it');
      expect(kept.stdout).toContain('Plan: 1 to update\n');
      expect(kept.stdout).not.toContain('0640');
    }
    expect([text(box, 'a.conf'), mode(box, 'a.conf')]).toEqual(['2', 0o604]);
    expect(await found(box)).toEqual({ 'file.a': 'modified' });
    await box.sloth(...run('--on-drift', 'overwrite'));
    expect(mode(box, 'a.conf')).toBe(0o640);
  });
});

describe('protect', () => {
  const guarded = (path: string, content = 'x'): string =>
    `resource.file("p", { path = "${path}", content = "${content}", protect = true })`;

  test('stands in front of destroy, prune, restore, rollback and replace', async () => {
    const box = createSandbox();
    declare(box, [file('other', 'x')], ':config({ create_snapshot = true })');
    await box.sloth(...run());
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    declare(box, [file('other', 'x'), guarded('p'), FAILS], ROLLBACK);
    const rolledBack = await box.sloth(...run());
    expect([rolledBack.status, said(rolledBack)]).toEqual([
      1,
      expect.stringMatching(/file\.p.*protected/),
    ]);
    expect(await found(box)).toMatchObject({ 'file.p': 'in_sync' });
    const refused = async (...command: readonly string[]): Promise<void> => {
      const ended = await box.sloth(...command);
      expect([ended.status, said(ended)]).toEqual([1, expect.stringContaining('protected')]);
      expect(text(box, 'p')).toBe('x');
      expect(await found(box)).toMatchObject({ 'file.p': 'in_sync' });
    };
    await refused('destroy', '--stack', 's', '--yes');
    await refused('destroy', '--stack', 's', '--include-found', '--yes');
    await refused('stack', 'snapshot', 'restore', 's', 'before', '--apply', '--yes');
    declare(box, [file('other', 'x')]);
    await refused(...run('--allow-deletions'));
    declare(box, [file('other', 'x'), guarded('q')]);
    await refused(...run('--allow-deletions'));
    expect(there(box, 'q')).toBe(false);
  });
});

describe('replacements of what holds data', () => {
  test('count against max_deletions', async () => {
    const box = createSandbox();
    const at = (n: number, where: string): string =>
      `resource.directory("f${n}", { path = "${where}${n}" })`;
    const all = (where: string): string[] => [1, 2, 3].map((n) => at(n, where));
    declare(box, all('a'));
    await box.sloth(...run());
    declare(box, all('b'));
    const refused = await box.sloth(...run());
    expect([refused.status, said(refused)]).toEqual([1, expect.stringMatching(/3 of the 3/)]);
    expect(['a1', 'a2', 'a3', 'b1'].map((name) => there(box, name))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect((await box.sloth(...run('--allow-deletions', '--on-drift', 'overwrite'))).status).toBe(
      0,
    );
    expect([there(box, 'a1'), there(box, 'b1')]).toEqual([false, true]);
  });
});

describe('what was made on the way', () => {
  const line = (name: string, path: string, more = ''): string =>
    `resource.line("${name}", { path = "${path}", line = "${name}"${more} })`;
  const parents = ', parents = true';

  test('goes with the last that is in it, where nothing else is', async () => {
    const box = createSandbox();
    box.write('empty', '');
    mkdirSync(join(box.folder, 'x'));
    const dotenv = 'resource.dotenv("e", { path = "x/y/e", values = { A = "1" }, parents = true })';
    declare(box, [
      line('a', 'new'),
      line('b', 'new'),
      line('c', 'empty'),
      line('d', 'x/y/z/d', parents),
      dotenv,
      file('x/y/z/f', 'f', parents),
      file('x/y/w/f', 'f', parents),
    ]);
    expect((await box.sloth(...run())).status).toBe(0);
    // One after the other, so that what one leaves goes with another.
    declare(box, [line('b', 'new'), line('c', 'empty'), dotenv]);
    expect((await box.sloth(...run('--allow-deletions', '--on-drift', 'overwrite'))).status).toBe(
      0,
    );
    expect(text(box, 'new')).toBe('b\n');
    expect(['x/y/z', 'x/y/w', 'x/y/e'].map((name) => there(box, name))).toEqual([
      false,
      false,
      true,
    ]);
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect(['new', 'x/y', 'x', 'empty'].map((name) => there(box, name))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect((await stack(box, 'log', 's', '--verify')).status).toBe(0);
  });

  test('stays where somebody put something in', async () => {
    const box = createSandbox();
    declare(box, [line('a', 'new'), file('x/y/f', 'f', parents)]);
    await box.sloth(...run());
    writeFileSync(join(box.folder, 'new'), 'a\nmine\n');
    box.write('x/mine', '');
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect(text(box, 'new')).toBe('mine\n');
    expect(['x/mine', 'x/y'].map((name) => there(box, name))).toEqual([true, false]);
  });

  test('also by a rollback, and after a failure', async () => {
    const box = createSandbox();
    declare(box, [line('a', 'new'), file('x/y/f', 'f', parents), FAILS], ROLLBACK);
    expect((await box.sloth(...run())).status).toBe(1);
    expect(['new', 'x'].map((name) => there(box, name))).toEqual([false, false]);
  });
});

test('what a task wants absent, and the stack did not make, stays; what it made goes', async () => {
  const box = createSandbox();
  const absent = (path: string): string => `file_ops.copy({ dest = "${path}", state = "absent" })`;
  box.write('mine', 'of somebody');
  box.write(
    'w.sloth',
    `workflow.define("w"):tasks({ task("t"):command(function()
       file_ops.copy({ dest = "made", content = "x" })
       ${absent('made')}
       print(pcall(function() ${absent('mine')} end))
     end) })`,
  );
  const { stdout } = await box.sloth('run', '-f', 'w.sloth', '-s', 's', '--verbose');
  expect(stdout).toMatch(/false\t.*did not make/);
  expect(text(box, 'mine')).toBe('of somebody');
  expect(there(box, 'made')).toBe(false);
});

test('an object whose path leads somewhere else by now is let go, and nobody takes the other for it', async () => {
  const box = createSandbox();
  for (const name of ['one', 'two']) mkdirSync(join(box.folder, name));
  symlinkSync('one', join(box.folder, 'current'));
  box.write(
    'w.sloth',
    'workflow.define("w"):resources({ resource.file("f", { path = "current/f", content = "x" }) })',
  );
  expect((await box.sloth(...run())).status).toBe(0);
  unlinkSync(join(box.folder, 'current'));
  symlinkSync('two', join(box.folder, 'current'));
  box.write('two/f', 'of somebody');
  const destroyed = await box.sloth('destroy', '--stack', 's', '--yes');
  expect(destroyed.stdout).toContain('its path leads elsewhere by now');
  expect([text(box, 'two/f'), text(box, 'one/f')]).toEqual(['of somebody', 'x']);
});

describe('what lies where an object is to be', () => {
  test('and is of another sort, of somebody, is not replaced', async () => {
    const box = createSandbox();
    box.write('mine', 'of somebody');
    declare(box, ['resource.symlink("l", { path = "mine", target = "elsewhere" })']);
    const refused = await box.sloth(...run());
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('did not make')]);
    expect(text(box, 'mine')).toBe('of somebody');
  });

  test('is found, also where the object moves there: destroying lets it go', async () => {
    const box = createSandbox();
    const at = (path: string): string => `resource.file("f", { path = "${path}", content = "x" })`;
    declare(box, [at('a')]);
    await box.sloth(...run());
    box.write('b', 'of somebody');
    declare(box, [at('b')]);
    expect((await box.sloth(...run('--allow-deletions', '--on-drift', 'overwrite'))).status).toBe(
      0,
    );
    expect([there(box, 'a'), text(box, 'b')]).toEqual([false, 'x']);
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect(there(box, 'b')).toBe(true);
  });
});
