import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

const NONE = '[]\n';
const stacksOf = async (box: Sandbox): Promise<string> =>
  (await box.sloth('stack', 'list', '--json')).stdout;

const workflow = (resource: string): string =>
  `workflow.define("w"):resources({ ${resource} }):tasks({ task("t"):command("true") })`;

test.each([
  [
    'an unknown property',
    'resource.file("f", { path = "o", content = "x", mdoe = "0644" })',
    'mdoe',
  ],
  [
    'a value that its type refuses',
    'resource.file("f", { path = "o", content = "x", mode = "9z" })',
    '9z',
  ],
  ['an unknown type', 'resource.flie("f", { path = "o" })', 'flie'],
  [
    'one object twice',
    'resource.file("f", { path = "o", content = "x" }), resource.file("g", { path = "o", content = "y" })',
    'same object',
  ],
  [
    'a reference to nothing',
    'resource.file("f", { path = "o", content = resource.file("g", { path = "p", content = "x" }):attribute("sze") })',
    'sze',
  ],
])('a workflow with %s creates no stack', async (_, resource, says) => {
  const box = createSandbox();
  box.write('w.sloth', workflow(resource));
  const run = await box.sloth('run', '-f', 'w.sloth', '-s', 's');
  expect([run.status, run.stderr]).toEqual([1, expect.stringContaining(says)]);
  expect(await stacksOf(box)).toBe(NONE);
  box.write('sloth.yaml', 'stacks:\n  s: { file: w.sloth }\n');
  const up = await box.sloth('up', 's', '--yes');
  expect([up.status, up.stderr]).toEqual([1, expect.stringContaining(says)]);
  expect(await stacksOf(box)).toBe(NONE);
  expect(existsSync(join(box.folder, 'o'))).toBe(false);
});

test('a refused run of a new stack creates none', async () => {
  const box = createSandbox();
  box.write('w.sloth', workflow('resource.file("f", { path = "o", content = "x" })'));
  const run = ['run', '-f', 'w.sloth', '-s', 's'] as const;
  await box.sloth(...run, '--dry-run', '--plan-out', 'plan.json');
  writeFileSync(join(box.folder, 'o'), 'somebody else wrote this');
  const other = await box.sloth('run', '--plan', 'plan.json');
  expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('file.f')]);
  box.write('w.sloth', workflow('resource.file("f", { path = "o", content = "y" })'));
  const changed = await box.sloth('run', '--plan', 'plan.json');
  expect([changed.status, changed.stderr]).toEqual([1, expect.stringContaining('not the same')]);
  const resumed = await box.sloth(...run, '--resume');
  expect([resumed.status, resumed.stderr]).toEqual([4, expect.stringContaining("stack 's'")]);
  box.write(
    'n.sloth',
    'workflow.define("n"):depends_on("nowhere"):tasks({ task("t"):command("true") })',
  );
  expect((await box.sloth('run', '-f', 'n.sloth', '-s', 's')).status).toBe(1);
  expect((await box.sloth('run', '-f', 'n.sloth', '-s', 's', '--validate')).status).toBe(1);
  expect((await box.sloth('run', '-f', 'w.sloth', '-s', 'no name')).status).not.toBe(0);
  expect(await stacksOf(box)).toBe(NONE);
});

test('a plan of a stack that is gone makes no other', async () => {
  const box = createSandbox();
  box.write('w.sloth', workflow('resource.file("f", { path = "o", content = "x" })'));
  const run = ['run', '-f', 'w.sloth', '-s', 's'] as const;
  expect((await box.sloth(...run)).status).toBe(0);
  await box.sloth(...run, '--dry-run', '--plan-out', 'plan.json');
  expect((await box.sloth('stack', 'delete', 's', '--yes', '--keep-objects')).status).toBe(0);
  const late = await box.sloth('run', '--plan', 'plan.json');
  expect([late.status, late.stderr]).toEqual([1, expect.stringContaining('is not there')]);
  expect(await stacksOf(box)).toBe(NONE);
});
