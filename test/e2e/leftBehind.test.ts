import { mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, file, found, run } from './declare.ts';
import { ROLLBACK, said, stack, text, there } from './objects.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

describe('folders made on the way', () => {
  /** Fails after its folders were made: no link is that long. */
  const tooLong = (parents: boolean): string =>
    `resource.symlink("l", { path = "a/b/l", target = string.rep("x", 5000), parents = ${parents} })`;

  test('to what came to nothing go with a rollback', async () => {
    const box = createSandbox();
    declare(box, [tooLong(true)], ROLLBACK);
    expect((await box.sloth(...run())).status).toBe(1);
    expect(there(box, 'a')).toBe(false);
  });

  test('go with a destroy, too, and with the next declaration that is another', async () => {
    const box = createSandbox();
    for (const end of [
      () => box.sloth('destroy', '--stack', 's', '--yes'),
      () => {
        declare(box, [file('other', 'x')]);
        return box.sloth(...run('--allow-deletions'));
      },
    ]) {
      declare(box, [tooLong(true)]);
      expect((await box.sloth(...run())).status).toBe(1);
      expect(there(box, 'a/b')).toBe(true);
      expect((await end()).status).toBe(0);
      expect(there(box, 'a')).toBe(false);
    }
  });

  test('by others, after it failed for want of them, stay', async () => {
    const box = createSandbox();
    declare(box, [tooLong(false)]);
    expect((await box.sloth(...run())).status).toBe(1);
    mkdirSync(join(box.folder, 'a/b'), { recursive: true });
    expect((await box.sloth('destroy', '--stack', 's', '--yes')).status).toBe(0);
    expect(there(box, 'a/b')).toBe(true);
  });

  test('to where it was go when the object moves, as far as nobody else is in them', async () => {
    const box = createSandbox();
    const at = (name: string, path: string, moved = ''): string =>
      `resource.file("${name}", { path = "${path}", content = "x", parents = true, moved = "${moved}" })`;
    declare(box, [at('f', 'a/b/c/f')]);
    await box.sloth(...run());
    box.write('a/mine', '');
    declare(box, [at('g', 'd/g', 'file.f')]);
    expect((await box.sloth(...run('--allow-deletions'))).status).toBe(0);
    expect([there(box, 'a/b'), there(box, 'a/mine'), there(box, 'd/g')]).toEqual([
      false,
      true,
      true,
    ]);
    unlinkSync(join(box.folder, 'a/mine'));
    await box.sloth('destroy', '--stack', 's', '--yes');
    expect([there(box, 'a'), there(box, 'd')]).toEqual([false, false]);
  });
});

describe('a restore without --apply', () => {
  const restore = (box: Sandbox, ...flags: readonly string[]): Promise<Ended> =>
    stack(box, 'snapshot', 'restore', 's', 'before', '--yes', ...flags);
  const before = async (box: Sandbox): Promise<void> => {
    box.write('old.conf', 'old');
    declare(box, [file('first', '1')]);
    await box.sloth(...run());
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    declare(box, [file('first', '1'), file('made', '2'), file('old', 'new')]);
    await box.sloth(...run());
  };

  test('forgets nothing that the stack made or changed: a destroy still knows whose it is', async () => {
    const box = createSandbox();
    await before(box);
    const preview = await restore(box, '--dry-run');
    expect(preview.stdout).toContain('file.made is deleted');
    expect(preview.stdout).toContain('stay in the care of the stack');
    expect((await restore(box)).status).toBe(0);
    expect(Object.keys(await found(box))).toEqual(['file.first', 'file.made', 'file.old']);
    const gone = await box.sloth('destroy', '--stack', 's', '--yes');
    expect(said(gone)).toContain('file.old');
    expect(['first.conf', 'made.conf', 'old.conf'].map((name) => there(box, name))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('can be followed by one with it, and by a run that no longer declares them', async () => {
    const box = createSandbox();
    await before(box);
    await restore(box);
    await restore(box, '--apply');
    expect([there(box, 'made.conf'), text(box, 'old.conf')]).toEqual([false, 'old']);
    declare(box, [file('first', '1'), file('made', '2')]);
    await box.sloth(...run());
    await restore(box, '--resource', 'file.made');
    declare(box, [file('first', '1')]);
    const pruned = await box.sloth(...run('--allow-deletions'));
    expect(pruned.stdout).toContain('- file.made');
    expect(there(box, 'made.conf')).toBe(false);
  });

  test('also keeps an object whose address was of another one then', async () => {
    const box = createSandbox();
    const at = (path: string): string => `resource.file("f", { path = "${path}", content = "x" })`;
    declare(box, [at('a')]);
    await box.sloth(...run());
    await stack(box, 'snapshot', 'create', 's', '--tags', 'before');
    declare(box, [at('b')]);
    await box.sloth(...run('--allow-deletions'));
    await restore(box);
    expect(await found(box)).toEqual({ 'file.f': 'deleted' });
    declare(box, [at('a')]);
    const back = await box.sloth(...run('--allow-deletions'));
    expect(back.stdout).toContain(`${join(box.folder, 'b')} is deleted`);
    expect([there(box, 'a'), there(box, 'b')]).toEqual([true, false]);
  });
});
