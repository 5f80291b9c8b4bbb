import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare, detect, file, run } from './declare.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const planned = ['run', '--plan', 'plan.json'];

async function makePlan(box: Sandbox, ...flags: string[]): Promise<void> {
  const made = await box.sloth(...run('--dry-run', '--plan-out', 'plan.json', ...flags));
  expect([made.stderr, made.status]).toEqual(['', 2]);
  expect(made.stdout).toContain('Do exactly this: sloth-runner run --plan plan.json');
}

describe('a plan kept in a file', () => {
  test('is done exactly, with what it was made with, also on a new stack', async () => {
    const box = createSandbox();
    const text = `workflow.define("w"):resources({
      resource.file("a", { path = "a.conf", content = values.greeting .. params.to }) })`;
    box.write('w.sloth', text);
    await makePlan(box, '--set', 'greeting=hello', '--param', 'to=you');
    expect(statSync(join(box.folder, 'plan.json')).mode & 0o777).toBe(0o600);
    expect(existsSync(box.db)).toBe(false);
    const done = await box.sloth(...planned);
    expect([done.stderr, done.status]).toEqual(['', 0]);
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe('helloyou');
    const again = await box.sloth(...planned);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('no longer holds')]);
  });

  const stale: readonly [string, string, (box: Sandbox) => Promise<unknown> | string][] = [
    [
      'the serial has moved',
      'was made at serial',
      (box) => box.sloth('stack', 'state', 'set', 's', 'k', '1'),
    ],
    [
      'an object has changed since',
      'need something else by now: file.a',
      (box) => box.write('a.conf', 'by hand'),
    ],
    [
      'the workflow is another one',
      'is not the same any more',
      (box) => box.write('w.sloth', `-- new\n${readFileSync(join(box.folder, 'w.sloth'), 'utf8')}`),
    ],
  ];
  for (const [when, reason, change] of stale) {
    test(`is refused when ${when}, and nothing of it is done`, async () => {
      const box = createSandbox();
      declare(box, [file('a', 'one')]);
      await box.sloth(...run());
      declare(box, [file('a', 'two'), file('b', 'new')]);
      await makePlan(box);
      await change(box);
      const refused = await box.sloth(...planned, '--on-drift', 'overwrite');
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(reason)]);
      expect(existsSync(join(box.folder, 'b.conf'))).toBe(false);
      expect((await box.sloth('stack', 'lock', 'status', 's')).stdout).not.toMatch(/locked by/i);
    });
  }

  test('holds no secret; the run that does it has to be told again', async () => {
    const box = createSandbox();
    const text = `secret(params.password)
      workflow.define("w"):resources({ resource.file("a", { path = "a", content = params.password }) })`;
    box.write('w.sloth', text);
    const secret = ['--param', 'password=hunter2hunter2'];
    await makePlan(box, ...secret);
    expect(readFileSync(join(box.folder, 'plan.json'), 'utf8')).not.toContain('hunter2');
    expect((await box.sloth(...planned)).status).not.toBe(0);
    expect((await box.sloth(...planned, ...secret)).status).toBe(0);
    expect(readFileSync(join(box.folder, 'a'), 'utf8')).toBe('hunter2hunter2');
  });

  test('what is none is refused with one clear error', async () => {
    const box = createSandbox();
    box.write('plan.json', '{}');
    for (const path of ['plan.json', 'missing.json']) {
      const { status, stderr } = await box.sloth('run', '--plan', path);
      expect([status, stderr]).toEqual([64, expect.stringContaining("can't be used as a plan")]);
    }
    const both = await box.sloth('run', '--plan', 'plan.json', '--stack', 's');
    expect([both.status, both.stderr]).toEqual([64, expect.stringContaining('the plan says it')]);
  });
});

describe('max_deletions', () => {
  for (const [limit, status] of [
    ['1', 1],
    ['2', 0],
    ['50%', 0],
    ['49%', 1],
    ['0', 1],
  ] as const) {
    test(`${limit} lets two of four go: ${status === 0}`, async () => {
      const box = createSandbox({ SLOTH_RUNNER_MAX_DELETIONS: limit });
      const all = ['a', 'b', 'c', 'd'].map((name) => file(name, name));
      declare(box, all);
      await box.sloth(...run());
      declare(box, all.slice(2));
      const { status: ended } = await box.sloth(...run());
      expect(ended).toBe(status);
      expect(existsSync(join(box.folder, 'a.conf'))).toBe(status === 1);
      expect((await box.sloth(...detect)).status).toBe(0);
    });
  }

  test('anything else is refused as configuration', async () => {
    const box = createSandbox({ SLOTH_RUNNER_MAX_DELETIONS: 'some' });
    const { status, stderr } = await box.sloth('stack', 'list', '--config', '/dev/null');
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining('share such as 20%')]);
  });
});
