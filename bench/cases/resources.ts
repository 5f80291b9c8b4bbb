import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { median, program, race } from '../measure.ts';
import { memoryResult, plainResult, type Result, ratioResult } from '../Result.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';

const MANY = 1000;
/** As many at a time as drift detection reads. */
const PARALLEL = 16;
/** For the memory that it takes. */
const HUGE = 10_000;
const COMMANDS = 1000;

/** Reading and applying real objects. */
export async function benchResources(): Promise<Result[]> {
  return [...(await benchDetection()), ...(await benchApply()), benchMemory()];
}

async function benchDetection(): Promise<Result[]> {
  const workspace = createWorkspace();
  const { db, env, folder } = workspace;
  const runner = await openRunner({ db, env });
  try {
    const files = Array.from({ length: MANY }, (_, n) => join(folder, 'files', `${n}.conf`));
    mkdirSync(join(folder, 'files'));
    await runner.run({ file: fileWorkflow(workspace, files), stack: 'files', report: () => {} });
    const script = 'echo "{\\"n\\": 1}"';
    const commands = commandWorkflow(workspace, script, COMMANDS);
    await runner.run({ file: commands, stack: 'commands', report: () => {} });
    const [bareFiles = [], ourFiles = []] = await race(
      [
        { run: () => inParallel(files, statAndHash) },
        { run: async () => void (await runner.drift.detect('files')) },
      ],
      15,
    );
    const run = promisify(execFile);
    const scripts = Array.from({ length: COMMANDS }, () => script);
    const [bareCommands = [], ourCommands = []] = await race(
      [
        {
          run: () => inParallel(scripts, async (each) => void (await run('/bin/sh', ['-c', each]))),
        },
        { run: async () => void (await runner.drift.detect('commands')) },
      ],
      3,
    );
    return [
      ratioResult(
        'drift of 1,000 files',
        median(ourFiles),
        'stat and hash them',
        median(bareFiles),
        2,
      ),
      ratioResult(
        'drift of 1,000 commands',
        median(ourCommands),
        'run them, as many at a time',
        median(bareCommands),
        1.3,
      ),
    ];
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

/** Applying n files, each size in a folder and a store of its own. */
async function benchApply(): Promise<Result[]> {
  const perResource = async (count: number, rounds: number): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push((await applyOnce(count)) / count);
    return median(times);
  };
  await applyOnce(100);
  const few = await perResource(100, 9);
  const some = await perResource(1000, 3);
  const many = await perResource(4000, 3);
  const reference = 'the same, of 100';
  const results = [
    plainResult('applying one of 1,000 files', some, reference, few),
    ratioResult('applying one of 4,000 files', many, reference, few, 1.3),
  ];
  const terraform = terraformTimes(1000);
  if (terraform === undefined) return results;
  const detection = await detectOnce(1000);
  return [
    ...results,
    plainResult('applying 1,000 files', some * 1000, 'terraform apply of 1,000', terraform.apply),
    plainResult('drift of 1,000 files', detection, 'terraform plan -refresh-only', terraform.plan),
  ];
}

/** The most memory that a process has of a stack with so many resources, as the system counts it. */
function benchMemory(): Result {
  const workspace = createWorkspace();
  const { folder, env, cli } = workspace;
  try {
    mkdirSync(join(folder, 'files'));
    const files = Array.from({ length: HUGE }, (_, n) => join(folder, 'files', `${n}.conf`));
    const file = fileWorkflow(workspace, files);
    const peak = join(import.meta.dirname, '..', 'peakMemory.cjs');
    const out = join(folder, 'peak');
    const memory = (...args: readonly string[]): number => {
      const more = { ...env, BENCH_PEAK: out };
      program(process.execPath, ['--require', peak, cli, ...args], more, folder);
      return Number(readFileSync(out, 'utf8'));
    };
    const run = memory('run', '--file', file, '--stack', 'files');
    const detect = memory('stack', 'drift', 'detect', 'files');
    program(process.execPath, ['--require', peak, '-e', '0'], { ...env, BENCH_PEAK: out }, folder);
    const bare = Number(readFileSync(out, 'utf8'));
    const most = Math.max(run, detect);
    return memoryResult('a process with 10,000 resources', most, 'bare Node', bare, 300);
  } finally {
    workspace.dispose();
  }
}

/** Milliseconds of one whole process that detects the drift of so many files. */
async function detectOnce(count: number): Promise<number> {
  const workspace = createWorkspace();
  const { db, env, folder, cli } = workspace;
  const runner = await openRunner({ db, env });
  try {
    mkdirSync(join(folder, 'files'));
    const files = Array.from({ length: count }, (_, n) => join(folder, 'files', `${n}.conf`));
    await runner.run({ file: fileWorkflow(workspace, files), stack: 'files', report: () => {} });
    const begun = performance.now();
    program(process.execPath, [cli, 'stack', 'drift', 'detect', 'files'], env, folder);
    return performance.now() - begun;
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

async function applyOnce(count: number): Promise<number> {
  const workspace = createWorkspace();
  const { db, env, folder } = workspace;
  const runner = await openRunner({ db, env });
  try {
    mkdirSync(join(folder, 'files'));
    const files = Array.from({ length: count }, (_, n) => join(folder, 'files', `${n}.conf`));
    const file = fileWorkflow(workspace, files);
    const begun = performance.now();
    const { status } = await runner.run({ file, stack: 'files', report: () => {} });
    if (status !== 'success') throw new Error(`the run ended with ${status}`);
    return performance.now() - begun;
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

/** As many of terraform's own data resources; `undefined` where terraform is not on the PATH. */
function terraformTimes(count: number): { apply: number; plan: number } | undefined {
  if (spawnSync('terraform', ['version']).status !== 0) return undefined;
  const { folder, env, dispose } = createWorkspace();
  try {
    const text = `resource "terraform_data" "each" {\n  count = ${count}\n  input = "value \${count.index}"\n}\n`;
    writeFileSync(join(folder, 'main.tf'), text);
    program('terraform', ['init', '-no-color'], env, folder);
    const begun = performance.now();
    program('terraform', ['apply', '-auto-approve', '-no-color'], env, folder);
    const applied = performance.now();
    program('terraform', ['plan', '-refresh-only', '-no-color'], env, folder);
    return { apply: applied - begun, plan: performance.now() - applied };
  } finally {
    dispose();
  }
}

function fileWorkflow({ folder }: Workspace, files: readonly string[]): string {
  const file = join(folder, 'files.sloth');
  writeFileSync(
    file,
    `local all = {}
     for i = 1, ${files.length} do
       all[i] = resource.file("f" .. i, { path = "files/" .. (i - 1) .. ".conf", content = "content " .. i })
     end
     workflow.define("files"):resources(all):config({ create_snapshot = false })`,
  );
  return file;
}

function commandWorkflow({ folder }: Workspace, read: string, count: number): string {
  const file = join(folder, 'commands.sloth');
  writeFileSync(
    file,
    `local all = {}
     for i = 1, ${count} do
       all[i] = resource.command("c" .. i, { read = [[${read}]], apply = "true", attributes = { n = 1 },
         workdir = "${folder}/" .. i })
     end
     workflow.define("commands"):resources(all):config({ create_snapshot = false })`,
  );
  for (let n = 1; n <= count; n++) mkdirSync(join(folder, String(n)));
  return file;
}

async function statAndHash(path: string): Promise<void> {
  await lstat(path);
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function inParallel<T>(
  items: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await action(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
