import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync } from 'node:zlib';
import { openRunner } from '../../src/sdk/openRunner.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { median, program } from '../measure.ts';
import { type Result, ratioResult, timeResult } from '../Result.ts';
import { sampleResources } from '../sampleResources.ts';
import { withChanges } from '../withChanges.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';

const RESOURCES = 10_000;
const SNAPSHOTS = 1000;
const CHANGES = 10;

/** Snapshots of a large stack: making, comparing and restoring them, and the room they take. */
export async function benchSnapshots(): Promise<Result[]> {
  const first = await withStack(benchCreate);
  const many = await withStack(benchMany);
  return [...first, ...many];
}

async function withStack(
  bench: (workspace: Workspace, runner: Runner) => Promise<Result[]>,
): Promise<Result[]> {
  const workspace = createWorkspace();
  const runner = await openRunner({ db: workspace.db, env: workspace.env });
  try {
    await runner.client.stacks.create({ stack: 'large' });
    await withChanges(workspace.db, (write) => write('large', sampleResources(RESOURCES)));
    return await bench(workspace, runner);
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

/** One of everything, beside serialising and compressing the same; one of one change, beside that. */
async function benchCreate({ db }: Workspace, runner: Runner): Promise<Result[]> {
  const content = sampleResources(RESOURCES);
  const reference = await times(7, () => void deflateRawSync(JSON.stringify(content)));
  const whole: number[] = [];
  for (let n = 0; n < 5; n++) {
    // Without its checkpoint, a stack is written as a whole again.
    const stack = `copy-${n}`;
    await runner.client.stacks.create({ stack });
    await withChanges(db, (write) => write(stack, sampleResources(RESOURCES, 0, String(n))));
    whole.push(...(await times(1, () => runner.client.snapshots.create({ stack }))));
  }
  await runner.client.snapshots.create({ stack: 'large' });
  const wholeBytes = snapshotBytes(db) / (whole.length + 1);
  const small: number[] = [];
  const before = snapshotBytes(db);
  const rounds = 15;
  for (let n = 0; n < rounds; n++) {
    await withChanges(db, (write) => write('large', sampleResources(1, n * 7, `new ${n}`)));
    small.push(...(await times(1, () => runner.client.snapshots.create({ stack: 'large' }))));
  }
  const smallBytes = (snapshotBytes(db) - before) / rounds;
  return [
    ratioResult(
      'snapshot of 10,000 resources',
      median(whole),
      'serialise and compress them once',
      median(reference),
      3,
    ),
    ratioResult('snapshot after one change', median(small), 'the first one', median(whole), 0.05),
    ratioResult(
      'bytes of that',
      smallBytes / 1e6,
      'of the first one',
      wholeBytes / 1e6,
      0.02,
      'MB',
    ),
  ];
}

async function benchMany({ db, folder, env }: Workspace, runner: Runner): Promise<Result[]> {
  const stack = 'large';
  await runner.client.snapshots.create({ stack });
  const one = snapshotBytes(db);
  await withChanges(db, async (write) => {
    for (let n = 1; n < SNAPSHOTS; n++) {
      await write(stack, sampleResources(CHANGES, (n * CHANGES) % RESOURCES, `round ${n}`));
      await runner.client.snapshots.create({ stack });
    }
  });
  const total = snapshotBytes(db);
  const compare = (rounds: number, from: string, to: string): Promise<number[]> =>
    times(rounds, () => runner.client.snapshots.compare({ stack, from, to }));
  const list = median(await times(15, () => runner.client.snapshots.list({ stack })));
  const show = median(
    await times(15, () => runner.client.snapshots.show({ stack, version: 'v700' })),
  );
  const neighbours = median(await compare(15, 'latest~1', 'latest'));
  const half = median(await compare(5, `v${SNAPSHOTS / 2}`, 'latest'));
  const far = median(await compare(5, 'v1', 'latest'));
  const restore = await restoreTime(runner, stack);
  const terraform = terraformPullPush(folder, env);
  const them = `of ${SNAPSHOTS} with ${CHANGES} changes between each`;
  return [
    ratioResult(`room ${them}`, total / 1e6, 'of one', one / 1e6, 3, 'MB'),
    timeResult(`list ${SNAPSHOTS} snapshots`, list, 'restore one', restore, 10),
    timeResult('show one of them', show, 'restore one', restore, 10),
    timeResult('compare two neighbours', neighbours, 'the first and the last', far, 20),
    ratioResult('compare the first and the last', far, 'twice half as many changes', 2 * half, 1.3),
    timeResult(
      'restore 10,000 resources (content)',
      restore,
      terraform === undefined ? 'compare the first and the last' : 'terraform state pull + push',
      terraform ?? far,
      500,
    ),
  ];
}

/** Each restore sets every resource back; what is there has a snapshot already, as after a run. */
async function restoreTime(runner: Runner, stack: string): Promise<number> {
  const found: number[] = [];
  for (const version of ['v1', `v${SNAPSHOTS}`, 'v1', `v${SNAPSHOTS}`, 'v1']) {
    await runner.client.snapshots.create({ stack });
    found.push(...(await times(1, () => runner.client.snapshots.restore({ stack, version }))));
  }
  return median(found);
}

/** What snapshots take: their chunks and their labels. The commits that made them are the log's. */
function snapshotBytes(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database
      .prepare(
        `SELECT (SELECT sum(length(bytes) + length(hash)) FROM chunks)
           + (SELECT sum(length(body)) FROM entries WHERE kind IN ('snapshot', 'checkpoint'))
           + (SELECT sum(length(state_data) + length(description)) FROM state_versions) AS bytes`,
      )
      .get();
    return Number(row?.bytes);
  } finally {
    database.close();
  }
}

/** What somebody without snapshots does for the same; `undefined` where terraform is not on the PATH. */
function terraformPullPush(folder: string, env: Workspace['env']): number | undefined {
  if (spawnSync('terraform', ['version']).status !== 0) return undefined;
  const instances = Array.from({ length: RESOURCES }, (_, n) => ({
    index_key: n,
    schema_version: 0,
    attributes: { id: String(n), input: { value: `setting = ${n}`, type: 'string' }, output: null },
  }));
  const provider = 'provider["terraform.io/builtin/terraform"]';
  const resources = [
    { mode: 'managed', type: 'terraform_data', name: 'each', provider, instances },
  ];
  const state = {
    version: 4,
    terraform_version: '1.0.0',
    serial: 1,
    lineage: 'bench',
    outputs: {},
    resources,
  };
  writeFileSync(join(folder, 'main.tf'), 'terraform {}\n');
  writeFileSync(join(folder, 'older.tfstate'), JSON.stringify(state));
  program('terraform', ['init', '-no-color'], env, folder);
  program('terraform', ['state', 'push', 'older.tfstate'], env, folder);
  const begun = performance.now();
  program('sh', ['-c', 'terraform state pull > pulled.tfstate'], env, folder);
  program('terraform', ['state', 'push', '-force', 'older.tfstate'], env, folder);
  return performance.now() - begun;
}

/** Milliseconds of each of some rounds. */
async function times(rounds: number, action: () => unknown): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await action();
    found.push(performance.now() - begun);
  }
  return found;
}
