import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRunner } from '../../src/sdk/openRunner.ts';
import type { Runner } from '../../src/sdk/Runner.ts';

/** What happens: the stack does something, or somebody who knows nothing of it. */
type Step =
  | {
      readonly type: 'run';
      readonly files: Readonly<Record<string, string>>;
      readonly fails: boolean;
    }
  | { readonly type: 'write'; readonly name: string; readonly content: string }
  | { readonly type: 'remove'; readonly name: string }
  | { readonly type: 'fix' }
  | { readonly type: 'import'; readonly name: string }
  | { readonly type: 'restore'; readonly back: number }
  | { readonly type: 'destroy' };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const content = fc.constantFrom('one', 'two', 'three', '');

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('run' as const),
        files: fc.dictionary(name, content, { minKeys: 1, maxKeys: 4, size: 'max' }),
        fails: fc.boolean(),
      }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), name, content }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), name }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('fix' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('import' as const), name }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('restore' as const), back: fc.nat({ max: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('destroy' as const) }) },
  ),
  { minLength: 1, maxLength: 12, size: 'max' },
);

/** A stack, real files, and what is known of them without asking the stack. */
interface World {
  readonly runner: Runner;
  readonly folder: string;
  /** Files that lie there and that the stack neither made nor was told to own. */
  readonly foreign: Set<string>;
  /** Every content that somebody else wrote and the stack overwrote or deleted, by file. */
  readonly overwritten: Map<string, Set<string>>;
}

const STACK = 's';

function filesOf({ folder }: World): Map<string, string> {
  const names = readdirSync(join(folder, 'real'));
  return new Map(names.map((each) => [each, readFileSync(join(folder, 'real', each), 'utf8')]));
}

/** A run with these files declared; a failing one is rolled back. */
async function run(world: World, step: Extract<Step, { type: 'run' }>): Promise<void> {
  const { runner, folder } = world;
  const resources = Object.entries(step.files).map(
    ([each, text]) => `resource.file("${each}", { path = "real/${each}", content = "${text}" })`,
  );
  const needs = Object.keys(step.files).map((each) => `"file.${each}"`);
  const file = join(folder, 'w.sloth');
  writeFileSync(
    file,
    `workflow.define("w"):resources({ ${resources.join(', ')} })
      :tasks({ task("t"):depends_on({ ${needs.join(', ')} }):command("${step.fails ? 'false' : 'true'}") })
      :config({ on_failure = "rollback", create_snapshot = true })`,
  );
  const outcome = await runner.run({
    file,
    stack: STACK,
    allowDeletions: true,
    onDrift: async () => 'overwrite',
    report: () => {},
  });
  expect(outcome.status).toBe(step.fails ? 'failed' : 'success');
}

/** What the stack does; what it may do to files is for the invariants to say. */
async function act(world: World, step: Step): Promise<void> {
  const { runner, folder } = world;
  switch (step.type) {
    case 'run':
      return run(world, step);
    case 'fix':
      await runner.drift.fix(STACK);
      return;
    case 'import': {
      const known = (await runner.client.stacks.show({ stack: STACK })).resources.map(
        (each) => each.name,
      );
      const path = join(folder, 'real', step.name);
      if (known.includes(`file.${step.name}`) || !existsSync(path)) return;
      await runner.importResource(STACK, { type: 'file', name: step.name, id: path });
      world.foreign.delete(step.name);
      return;
    }
    case 'restore': {
      const { snapshots } = await runner.client.snapshots.list({ stack: STACK });
      const snapshot = snapshots[Math.min(step.back, snapshots.length - 1)];
      if (snapshot !== undefined) {
        const { version } = snapshot;
        await runner.client.snapshots.restore({ stack: STACK, version, apply: true });
      }
      return;
    }
    case 'destroy':
      await runner.destroy(STACK);
      return;
    default:
  }
}

/** What somebody else does to a file; a new one is theirs. */
function disturb({ folder, foreign }: World, step: Step): void {
  if (step.type === 'write') {
    const path = join(folder, 'real', step.name);
    if (!existsSync(path)) foreign.add(step.name);
    writeFileSync(path, step.content);
  }
  if (step.type === 'remove') {
    rmSync(join(folder, 'real', step.name), { force: true });
    foreign.delete(step.name);
  }
}

/** All contents that can be had back of a file. */
async function keptOf({ runner }: World, each: string): Promise<Set<string>> {
  const address = `file.${each}`;
  const { resources } = runner.client;
  const known = await resources
    .history({ stack: STACK, resource: address })
    .catch(() => ({ images: [] }));
  const contents = await Promise.all(
    known.images
      .filter(({ unkept }) => unkept === '')
      .map(({ id }) => resources.content({ stack: STACK, resource: address, from: id })),
  );
  return new Set(contents.map((kept) => Buffer.from(kept.content, 'base64').toString()));
}

/** Does a step, and holds the three promises against what became of the real files. */
async function perform(world: World, step: Step): Promise<void> {
  disturb(world, step);
  const before = filesOf(world);
  const owned = new Set(
    (await world.runner.client.stacks.show({ stack: STACK })).resources
      .filter(({ origin }) => origin !== 'found')
      .map((each) => each.name.slice('file.'.length)),
  );
  await act(world, step);
  const after = filesOf(world);

  // What it did not make or import is never gone. A file that takes the place of one that it made
  // is its own by name; what was in that is kept like everything else.
  for (const each of world.foreign) {
    if (!owned.has(each)) expect([...after.keys()], `${each} is gone`).toContain(each);
  }
  for (const each of after.keys()) if (!before.has(each)) world.foreign.delete(each);
  for (const each of owned) if (!after.has(each)) world.foreign.delete(each);

  // Everything that was overwritten or deleted can be had back.
  for (const [each, text] of before) {
    if (after.get(each) === text) continue;
    const known = world.overwritten.get(each) ?? new Set();
    world.overwritten.set(each, known.add(text));
  }
  for (const [each, texts] of world.overwritten) {
    const kept = await keptOf(world, each);
    for (const text of texts) expect([...kept], `of ${each}`).toContain(text);
  }
  await assertTruth(world, after);
}

/** In sync means: equal to what is declared, as read from the file by somebody else. */
async function assertTruth({ runner }: World, files: ReadonlyMap<string, string>): Promise<void> {
  for (const { resource, status } of await runner.drift.detect(STACK)) {
    const each = resource.slice('file.'.length);
    if (status !== 'in_sync') continue;
    const entry = declared.get(each);
    if (entry !== undefined) expect(files.get(each), resource).toBe(entry);
  }
}

/** What the latest successful run declared. */
let declared = new Map<string, string>();

describe('a stack among people who make, change and delete files', () => {
  test('never takes what it did not make, never loses what it overwrote, never calls fine what is not', () =>
    fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const folder = mkdtempSync(join(tmpdir(), 'sloth-property-'));
        const runner = await openRunner({ db: join(folder, 's.db'), env: { HOME: folder } });
        const world: World = { runner, folder, foreign: new Set(), overwritten: new Map() };
        declared = new Map();
        try {
          mkdirSync(join(folder, 'real'));
          await runner.client.stacks.create({ stack: STACK });
          for (const step of history) {
            if (step.type === 'run') {
              declared = step.fails ? new Map() : new Map(Object.entries(step.files));
            }
            if (step.type === 'restore' || step.type === 'import') declared = new Map();
            await perform(world, step);
          }
        } finally {
          await runner.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: process.env.CI === undefined ? 30 : 60, interruptAfterTimeLimit: 120_000 },
    ));
});
