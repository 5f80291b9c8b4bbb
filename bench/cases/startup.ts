import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { type Contestant, median, program, race } from '../measure.ts';
import { plainResult, type Result, ratioResult } from '../Result.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';

const ROUNDS = 60;

/** The frequent commands as whole processes, beside a bare Node and terraform. */
export async function benchStartup(): Promise<Result[]> {
  const workspace = createWorkspace();
  try {
    await fillStore(workspace);
    const node = process.execPath;
    const run = (...args: string[]): Contestant => ({
      run: () => program(node, args, workspace.env),
    });
    const { cli } = workspace;
    const times = await race(
      [
        run('-e', '0'),
        run(cli, 'stack', 'lock', 'status', 'web'),
        run(cli, 'stack', 'list'),
        run(cli, 'stack', 'output', 'web'),
        ...terraformOutput(workspace),
      ],
      ROUNDS,
    );
    const [bare = 0, status = 0, list = 0, output = 0, terraform] = times.map(median);
    const reference = 'node -e 0';
    const results = [
      ratioResult('stack lock status, whole process', status, reference, bare, 1.25),
      ratioResult('stack list, whole process', list, reference, bare, 1.25),
      ratioResult('stack output, whole process', output, reference, bare, 1.25),
    ];
    if (terraform === undefined) return results;
    return [
      ...results,
      plainResult('stack output beside terraform', output, 'terraform output', terraform),
    ];
  } finally {
    workspace.dispose();
  }
}

async function fillStore({ db, env, folder }: Workspace): Promise<void> {
  const file = join(folder, 'outputs.sloth');
  writeFileSync(
    file,
    `workflow.define("outputs"):tasks({ task("publish"):command(function()
       for i = 1, 10 do stack.set_output("key" .. i, "value " .. i) end
     end) })`,
  );
  const runner = await openRunner({ db, env });
  await runner.run({ file, stack: 'web', report: () => {} });
  for (let n = 0; n < 5; n++) await runner.client.stacks.create({ stack: `stack-${n}` });
  await runner.client.locks.acquire({ stack: 'web', reason: 'bench' });
  await runner.close();
}

/** `terraform output` on a state with as many outputs; left out where terraform is not on the PATH. */
function terraformOutput({ folder, env }: Workspace): Contestant[] {
  if (spawnSync('terraform', ['version']).status !== 0) return [];
  const outputs = Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [
      `key${n + 1}`,
      { value: `value ${n + 1}`, type: 'string' },
    ]),
  );
  const state = {
    version: 4,
    terraform_version: '1.5.0',
    serial: 1,
    lineage: 'bench',
    outputs,
    resources: [],
  };
  writeFileSync(join(folder, 'terraform.tfstate'), JSON.stringify(state));
  return [{ run: () => program('terraform', ['output', '-no-color'], env, folder) }];
}
