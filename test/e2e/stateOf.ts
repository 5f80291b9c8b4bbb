import type { Sandbox } from './sandbox.ts';

/** The values of a stack's state, by key. */
export async function stateOf(box: Sandbox, stack: string): Promise<Record<string, unknown>> {
  const { stdout } = await box.sloth('stack', 'state', 'list', stack, '--json');
  const { values } = JSON.parse(stdout) as { values: { key: string; value?: unknown }[] };
  return Object.fromEntries(values.map(({ key, value }) => [key, value]));
}
