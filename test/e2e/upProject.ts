import { expect } from 'vitest';
import type { Sandbox } from './sandbox.ts';

/** A line of what `up --json` prints. */
export interface Event {
  readonly type: string;
  readonly stack?: string;
  readonly status?: string;
  readonly reason?: string;
}

/** Stacks whose one task notes its begin and end in `ledger`, with what it does in between. */
export function project(
  box: Sandbox,
  stacks: Readonly<Record<string, { needs?: readonly string[]; does?: string; tags?: string }>>,
): void {
  const lines = Object.entries(stacks).map(([name, { needs = [], tags = '' }]) => {
    return `  ${name}:\n    file: ${name}.sloth\n    depends_on: [${needs.join(', ')}]\n    tags: [${tags}]\n`;
  });
  box.write('sloth.yaml', `stacks:\n${lines.join('')}`);
  for (const [name, { does = '' }] of Object.entries(stacks)) {
    box.write(
      `${name}.sloth`,
      `local work = task("work"):command(function()
  fs.append("ledger", "${name} begins\\n")
  ${does}
  fs.append("ledger", "${name} ends\\n")
  return true
end)
workflow.define("${name}"):version("1.0.0"):tasks({ work })
`,
    );
  }
}

/** Runs a stack that the project doesn't know. */
export async function runAlone(box: Sandbox, name: string): Promise<void> {
  const file = `${name}-alone.sloth`;
  box.write(file, `workflow.define("${name}"):tasks({ task("t"):command("true") })\n`);
  expect((await box.sloth('run', '--file', file, '--stack', name)).status).toBe(0);
}

/** Runs stacks, and tells how each of them ended. */
export async function up(
  box: Sandbox,
  ...more: string[]
): Promise<{ ends: Record<string, string>; status: number; events: Event[] }> {
  const { stdout, stderr, status } = await box.sloth('up', '--yes', '--json', ...more);
  expect(stderr).toBe('');
  const events = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
  const ended = events.filter(({ type }) => type === 'stack.ended');
  return {
    ends: Object.fromEntries(ended.map((each) => [each.stack, each.status])),
    status,
    events,
  };
}
