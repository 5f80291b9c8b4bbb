import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRunner } from '../../src/sdk/openRunner.ts';
import type { Runner } from '../../src/sdk/Runner.ts';

/** What happens: a run with these files declared, or somebody who edits or deletes one. */
type Step =
  | { readonly type: 'run'; readonly files: Readonly<Record<string, string>> }
  | { readonly type: 'edit'; readonly name: string; readonly content: string }
  | { readonly type: 'delete'; readonly name: string }
  | { readonly type: 'fix' };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const content = fc.constantFrom('one', 'two', '');

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('run' as const),
        files: fc.dictionary(name, content, { minKeys: 1 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('edit' as const), name, content }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), name }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('fix' as const) }) },
  ),
  { minLength: 1, maxLength: 8 },
);

async function runWith(
  runner: Runner,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const resources = Object.entries(files).map(
    ([each, text]) => `resource.file("${each}", { path = "real/${each}", content = "${text}" })`,
  );
  const file = join(folder, 'w.sloth');
  writeFileSync(file, `workflow.define("w"):resources({ ${resources.join(', ')} })`);
  const onDrift = async (): Promise<'overwrite'> => 'overwrite';
  const request = { file, stack: 's', allowDeletions: true, onDrift, report: () => {} };
  expect((await runner.run(request)).status).toBe('success');
}

/** What should be there, and what is there. */
interface Model {
  declared: Readonly<Record<string, string>>;
  readonly actual: Map<string, string>;
}

/** Does a step to the real files and to the model. */
async function perform(step: Step, runner: Runner, folder: string, model: Model): Promise<void> {
  const { actual } = model;
  const real = (each: string): string => join(folder, 'real', each);
  const setDeclared = (): void => {
    for (const [each, text] of Object.entries(model.declared)) actual.set(each, text);
  };
  switch (step.type) {
    case 'run':
      for (const each of Object.keys(model.declared)) actual.delete(each);
      model.declared = step.files;
      setDeclared();
      return runWith(runner, folder, step.files);
    case 'edit':
      writeFileSync(real(step.name), step.content);
      actual.set(step.name, step.content);
      return;
    case 'delete':
      rmSync(real(step.name), { force: true });
      actual.delete(step.name);
      return;
    case 'fix':
      await runner.drift.fix('s');
      setDeclared();
  }
}

async function compare(runner: Runner, folder: string, { declared, actual }: Model): Promise<void> {
  const there = readdirSync(join(folder, 'real'));
  const files = there.map((each) => [each, readFileSync(join(folder, 'real', each), 'utf8')]);
  expect(Object.fromEntries(files)).toEqual(Object.fromEntries(actual));
  const found = await runner.drift.detect('s');
  const expected = Object.entries(declared)
    .map(([each, text]): [string, string] => {
      if (!actual.has(each)) return [`file.${each}`, 'deleted'];
      return [`file.${each}`, actual.get(each) === text ? 'in_sync' : 'modified'];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  expect(found.map(({ resource, status }) => [resource, status])).toEqual(expected);
}

describe('runs against a naive model of files', () => {
  test('after any history the real files are as declared, and drift is exactly what was disturbed', () =>
    fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const folder = mkdtempSync(join(tmpdir(), 'sloth-property-'));
        const runner = await openRunner({ db: join(folder, 's.db'), env: { HOME: folder } });
        const model: Model = { declared: {}, actual: new Map() };
        try {
          mkdirSync(join(folder, 'real'));
          await runner.stacks.create('s');
          for (const step of history) {
            await perform(step, runner, folder, model);
            await compare(runner, folder, model);
          }
          expect(await runner.stacks.verifyLog('s')).toMatchObject({ ok: true });
        } finally {
          await runner.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    ));
});
