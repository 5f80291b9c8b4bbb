import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

/** Writes a workflow of resources, and runs it. */
function run(box: Sandbox, resources: string, ...flags: string[]): Promise<Ended> {
  box.write('w.sloth', `workflow.define("w"):resources({ ${resources} })`);
  return box.sloth('run', '-f', 'w.sloth', '-s', 's', ...flags);
}

const read = (box: Sandbox, name: string): string => readFileSync(join(box.folder, name), 'utf8');
const isThere = (box: Sandbox, name: string): boolean => existsSync(join(box.folder, name));
const file = (name: string, more = 'content = "new"'): string =>
  `resource.file("${name}", { path = "${name}", ${more} })`;

describe('where an object comes from', () => {
  test('is in the plan, in show and in destroy, which lets go of what was there', async () => {
    const box = createSandbox();
    box.write('mine', 'old');
    const plan = await run(box, `${file('mine')}, ${file('made')}`, '--dry-run');
    expect(plan.stdout).toMatch(
      /~ file\.mine \(found: not made by this stack; what is there is kept\)/,
    );
    expect(plan.stdout).toMatch(/\+ file\.made/);
    expect((await run(box, `${file('mine')}, ${file('made')}`)).status).toBe(0);
    expect((await box.sloth('stack', 'show', 's')).stdout).toMatch(/file\.mine \(applied, found\)/);

    const asked = await box.sloth('destroy', '--stack', 's');
    expect(asked.stdout + asked.stderr).toContain('1 to delete, 1 found: let go');
    expect([isThere(box, 'made'), asked.status]).toEqual([true, 64]);
    const destroyed = await box.sloth('destroy', '--stack', 's', '--yes');
    expect(destroyed.stdout).toContain('Deleted: 1, let go: 1');
    expect([isThere(box, 'made'), read(box, 'mine')]).toEqual([false, 'new']);
  });

  test('what was overwritten can be looked at, given out and had back', async () => {
    const box = createSandbox();
    box.write('mine', 'old\n', 0o640);
    await run(box, file('mine'));
    const listed = await box.sloth('stack', 'resource', 'history', 's', 'file.mine', '--json');
    const { images } = JSON.parse(listed.stdout) as { images: { id: string; execution: string }[] };
    const [image] = images;
    expect(image).toMatchObject({ execution: 'e1' });
    const from = ['stack', 'resource', 'restore', 's', 'file.mine', '--from', image?.id ?? ''];
    expect((await box.sloth(...from, '-o', 'copy')).status).toBe(0);
    expect(read(box, 'copy')).toBe('old\n');
    expect((await box.sloth(...from)).status).toBe(0);
    expect(read(box, 'mine')).toBe('old\n');
  });

  test('include-found deletes them after a list; without a terminal and --yes it deletes nothing', async () => {
    const box = createSandbox();
    box.write('mine', 'old');
    await run(box, file('mine'));
    const refused = await box.sloth('destroy', '--stack', 's', '--include-found');
    expect(refused.status).not.toBe(0);
    expect(isThere(box, 'mine')).toBe(true);
    const done = await box.sloth('destroy', '--stack', 's', '--include-found', '--yes');
    expect([done.status, isThere(box, 'mine')]).toEqual([0, false]);
    expect(done.stdout).toContain('file.mine');
  });

  test('the same object under another name is renamed, by its path or by what is said', async () => {
    const box = createSandbox();
    await run(box, 'resource.file("old", { path = "a", content = "x" })');
    const renamed = await run(box, 'resource.file("new", { path = "a", content = "x" })');
    expect(renamed.stdout).toMatch(/file\.old -> file\.new/);
    const moved = await run(
      box,
      'resource.file("newer", { path = "b", content = "x", moved = "file.new" })',
    );
    expect([moved.status, isThere(box, 'a'), isThere(box, 'b')]).toEqual([0, false, true]);
  });

  test('a stack that looks after objects is not deleted without a word about them', async () => {
    const box = createSandbox();
    await run(box, file('made'));
    const refused = await box.sloth('stack', 'delete', 's', '--yes');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/1 .*destroy.*--keep-objects/s);
    expect((await box.sloth('stack', 'delete', 's', '--yes', '--keep-objects')).status).toBe(0);
    expect(isThere(box, 'made')).toBe(true);
  });

  test('protection stands in front of pruning, destroying, restoring and rolling back', async () => {
    const box = createSandbox();
    box.write('s0', 'before');
    await run(box, file('a'));
    await box.sloth('stack', 'snapshot', 'create', 's');
    await run(box, `${file('a')}, ${file('kept', 'content = "x", protect = true')}`);
    const pruned = await run(box, file('a'));
    expect([pruned.status, isThere(box, 'kept')]).toEqual([1, true]);
    const destroyed = await box.sloth('destroy', '--stack', 's', '--yes');
    expect([destroyed.status, isThere(box, 'kept'), isThere(box, 'a')]).toEqual([1, true, true]);
    const restored = await box.sloth('stack', 'snapshot', 'restore', 's', 'v2', '--apply', '--yes');
    expect([restored.status, isThere(box, 'kept')]).toEqual([1, true]);
    expect(restored.stdout).not.toContain('✓ Stack');
  });

  test('what failed is failed everywhere, is drift, and claims nothing that never came to be', async () => {
    const box = createSandbox();
    const failed = await run(
      box,
      `${file('ok')}, resource.file("bad", { path = "nowhere/x", content = "x" })`,
    );
    expect(failed.status).toBe(1);
    expect(failed.stdout).toMatch(/1 created.*1 failed/);
    expect((await box.sloth('stack', 'show', 's')).stdout).toMatch(/file\.bad \(failed/);
    const drift = await box.sloth('stack', 'drift', 'detect', 's');
    expect(drift.status).toBe(2);
    const why = await box.sloth('why', 's');
    expect(why.stdout + why.stderr).toContain('failed');
    const events = await box.sloth('events', 'list', 's', '--type', 'resource.failed', '--json');
    expect(JSON.parse(events.stdout)).not.toHaveLength(0);
  });

  test('an attribute that is ignored is left alone while another is changed', async () => {
    const box = createSandbox();
    const with_ = (content: string): string =>
      file('a', `content = "${content}", mode = "0600", ignore = { "content" }`);
    await run(box, with_('one'));
    writeFileSync(join(box.folder, 'a'), 'theirs');
    box.write('a', 'theirs', 0o644);
    expect((await run(box, with_('one'))).status).toBe(0);
    expect(read(box, 'a')).toBe('theirs');
    expect((await box.sloth('stack', 'drift', 'fix', 's', '--auto-approve')).status).toBe(0);
    expect(read(box, 'a')).toBe('theirs');
  });
});

describe('what was made on the way', () => {
  test('goes with the object where it is empty, and stays where somebody uses it', async () => {
    const box = createSandbox();
    mkdirSync(join(box.folder, 'mine'));
    await run(
      box,
      `resource.line("l", { path = "new.conf", line = "x = 1" }),
       resource.file("f", { path = "a/b/c.conf", content = "x", parents = true }),
       resource.file("g", { path = "a/b/d.conf", content = "x", parents = true }),
       resource.file("h", { path = "used/by/me.conf", content = "x", parents = true }),
       resource.dotenv("e", { path = "mine/.env", values = { A = "1" } })`,
    );
    box.write('used/theirs', 'x');
    expect((await box.sloth('destroy', '--stack', 's', '--yes')).status).toBe(0);
    const left = ['new.conf', 'a', 'used', 'used/by', 'mine', 'mine/.env'].map((name) =>
      isThere(box, name),
    );
    expect(left).toEqual([false, false, true, false, true, false]);
  });
});

test('a snapshot is not made again where nothing has changed, also with resources', async () => {
  const box = createSandbox();
  box.write(
    'w.sloth',
    `local d = resource.directory("d", { path = "d", mode = "0750" })
     local f = resource.file("f", { path = "d/f", content = "x", mode = "0640" })
     local t = task("t"):command(function() log.info("done") end)
     workflow.define("w"):resources({ d, f }):tasks({ t })`,
  );
  for (let i = 0; i < 4; i++) {
    expect((await box.sloth('run', '-f', 'w.sloth', '-s', 's')).status).toBe(0);
  }
  const list = await box.sloth('stack', 'snapshot', 'list', 's', '--json');
  expect(JSON.parse(list.stdout)).toHaveLength(2);
  expect(readdirSync(join(box.folder, 'd'))).toEqual(['f']);
});
