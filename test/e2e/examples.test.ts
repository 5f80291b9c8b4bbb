import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

const root = resolve(import.meta.dirname, '../..');

/** The examples of a document that are whole workflows, with the endings of their languages. */
function workflowsIn(
  document: string,
): readonly { readonly file: string; readonly text: string }[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/```(lua|ts)\n(.*?)```/gs)].flatMap(([, language, code = '']) => {
    const isWhole =
      language === 'lua' ? /^workflow\.define/m : /from 'sloth-runner'[^]*^workflow$/m;
    return isWhole.test(code)
      ? [{ file: language === 'lua' ? 'w.sloth' : 'w.sloth.ts', text: code }]
      : [];
  });
}

test.each(['docs/workflows.md', 'docs/resources.md'])(
  'every workflow of %s can be loaded',
  async (document) => {
    const workflows = workflowsIn(document);
    expect(workflows.length).toBeGreaterThan(0);
    for (const { file, text } of workflows) {
      const box = createSandbox();
      box.write(file, text);
      const { status, stderr } = await box.sloth('run', '-f', file, '-s', 's', '--dry-run');
      expect([stderr, status]).toEqual(['', expect.toBeOneOf([0, 2])]);
    }
  },
);

test('the example of the README is what the quickstart runs, which can be loaded', async () => {
  const example = readFileSync(join(root, 'examples/quickstart/site.sloth'), 'utf8');
  const linesOf = (text: string): string[] =>
    text.split('\n').flatMap((line) => line.replace(/\s*--.*$/, '').trim() || []);
  const known = new Set(linesOf(example));
  const [shown] = workflowsIn('README.md');
  expect(linesOf(shown?.text ?? '').length).toBeGreaterThan(20);
  expect(linesOf(shown?.text ?? '').filter((line) => !known.has(line))).toEqual([]);
  const box = createSandbox();
  cpSync(join(root, 'examples/quickstart'), box.folder, { recursive: true });
  const run = [
    'run',
    '-f',
    'site.sloth',
    '-s',
    's',
    '--values',
    'values.yaml',
    '--dry-run',
  ] as const;
  const { status, stderr } = await box.sloth(...run);
  expect([stderr, status]).toEqual(['', 2]);
});

test('the first example of resources runs as it stands there', async () => {
  const box = createSandbox();
  const [first] = workflowsIn('docs/resources.md');
  box.write('w.sloth', first?.text ?? '');
  expect((await box.sloth('run', '-f', 'w.sloth', '-s', 's')).status).toBe(0);
  expect((await box.sloth('stack', 'drift', 'detect', 's')).status).toBe(0);
  expect((await box.sloth('destroy', '--stack', 's', '--yes')).status).toBe(0);
});

test('the example of many stacks goes up, and comes down again', async () => {
  const box = createSandbox();
  cpSync(join(root, 'examples/stacks'), box.folder, { recursive: true });
  const up = await box.sloth('up', '--all', '--yes');
  expect([up.stderr, up.status]).toEqual(['', 0]);
  const down = await box.sloth('down', '--all', '--yes');
  expect([down.stderr, down.status]).toEqual(['', 0]);
  expect(down.stdout).toContain('deleted');
});
