import type { Sandbox } from './sandbox.ts';

/** A workflow `w` that declares these resources, written in Lua. */
export function declare(box: Sandbox, resources: readonly string[], more = ''): void {
  const list = resources.join(',\n');
  box.write('w.sloth', `workflow.define("w"):resources({\n${list}\n})${more}`);
}

export const run = (...flags: readonly string[]): string[] => [
  'run',
  '--file',
  'w.sloth',
  '--stack',
  's',
  ...flags,
];
export const file = (name: string, content: string, more = ''): string =>
  `resource.file("${name}", { path = "${name}.conf", content = "${content}"${more} })`;
export const detect = ['stack', 'drift', 'detect', 's', '--json'];

export async function found(box: Sandbox): Promise<Record<string, string>> {
  const { stdout } = await box.sloth(...detect);
  const { resources } = JSON.parse(stdout) as { resources: { resource: string; status: string }[] };
  return Object.fromEntries(resources.map((each) => [each.resource, each.status]));
}
