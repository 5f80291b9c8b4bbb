import type { Ended, Sandbox } from './sandbox.ts';

/** Runs a workflow of one task, whose function is given. */
export async function runTask(
  box: Sandbox,
  body: string,
  ...args: readonly string[]
): Promise<Ended> {
  box.write(
    'w.sloth',
    `workflow.define("w"):tasks({ task("t"):command(function(this, params)\n${body}\nend) })`,
  );
  return box.sloth('run', '--file', 'w.sloth', ...args);
}
