import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { median, program, race } from '../measure.ts';
import { plainResult, type Result, timeResult } from '../Result.ts';
import { createWorkspace } from '../workspace.ts';

const MANY = 1000;

/** What a run costs beyond the work of its tasks. */
export async function benchTasks(): Promise<Result[]> {
  const workspace = createWorkspace();
  const { db, env, folder, cli } = workspace;
  const many = writeWorkflow(join(folder, 'many.sloth'), MANY);
  const few = writeWorkflow(join(folder, 'few.sloth'), 5);
  const runner = await openRunner({ db, env });
  try {
    const inProcess = await race(
      [
        {
          run: async () => void (await runner.run({ file: many, stack: 'many', report: () => {} })),
        },
      ],
      7,
    );
    const warm = await race(
      [{ run: async () => void (await runner.run({ file: few, stack: 'few', report: () => {} })) }],
      30,
    );
    const node = process.execPath;
    const whole = await race(
      [
        { run: () => program(node, ['-e', '0'], env) },
        { run: () => program(node, [cli, 'run', '--file', few, '--stack', 'few', '--quiet'], env) },
      ],
      30,
    );
    const [bare = 0, five = 0] = whole.map(median);
    const perTask = median(inProcess[0] ?? []) / MANY;
    return [
      timeResult('a no-op Lua task, of 1,000 in a run', perTask, 'node -e 0', bare, 1),
      timeResult('a run of 5 tasks, beyond process start', five - bare, 'node -e 0', bare, 71),
      plainResult(
        'the same, in a process that runs already',
        median(warm[0] ?? []),
        'node -e 0',
        bare,
      ),
    ];
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

function writeWorkflow(file: string, count: number): string {
  writeFileSync(
    file,
    `local tasks = {}
     for i = 1, ${count} do tasks[i] = task("t" .. i):command(function() return true end) end
     workflow.define("noop"):tasks(tasks)`,
  );
  return file;
}
