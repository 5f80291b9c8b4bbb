import type { AdoptedDrift } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlags } from '../CommandSpec.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { languageOf, renderDeclaration } from '../render/declaration/renderDeclaration.ts';
import { renderTable } from '../render/table.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

export const driftAdopt: CommandSpec = {
  path: ['stack', 'drift', 'adopt'],
  summary: 'Take an object as it is for what is expected, and say what to edit in the workflow',
  details: 'Changes nothing about the object. Where it is gone, the stack forgets it.',
  args: [stackArgument, { name: 'RESOURCE', help: 'a resource, as file.config' }],
  async run(context, input) {
    const [name, what] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const adopted = await runner.drift.adopt(name, what);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, ...adopted }),
      () => [`${good('✓')} ${said(adopted)}`, '', ...edit(adopted)],
    );
    return 0;
  },
};

function said({ resource, forgotten, attributes }: AdoptedDrift): string {
  if (forgotten) return `${resource} is gone, and the stack has forgotten it`;
  const names = attributes.map((each) => each.attribute).join(', ');
  return `${resource} is expected as it is now: ${names}`;
}

/** The workflow still says what it said: the next run would change it back. */
function edit({ at, forgotten, resource, ...adopted }: AdoptedDrift): string[] {
  if (at.file === '') return [];
  const place = `${at.file}:${at.line}`;
  if (forgotten) return [`Remove it from ${place}, or the next run makes it again`];
  const dot = resource.indexOf('.');
  const [type, name] = [resource.slice(0, dot), resource.slice(dot + 1)];
  const { changed, removed } = adopted;
  const left = removed.length === 0 ? '' : `; without ${removed.join(', ')}`;
  return [
    `Edit ${place}, or the next run changes it back:`,
    '',
    ...renderDeclaration(languageOf(at.file), { type, name, ...adopted }),
    '',
    `New in it: ${changed.join(', ') || 'nothing'}${left}. Options such as depends_on stay as they are there.`,
  ];
}

export const driftUnmanaged: CommandSpec = {
  path: ['stack', 'drift', 'unmanaged'],
  summary: 'List objects that are there and that no stack looks after',
  details:
    'Lists those of the types that the stack has, as far as a type can list its objects: what lies in\n' +
    'a declared directory, databases of a declared server.',
  args: [stackArgument],
  flags: {
    type: { type: 'string', multiple: true, placeholder: 'TYPE', help: 'a type to list besides' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const { objects, unreadable } = await runner.drift.unmanaged(name, {
      types: textFlags(input, 'type'),
    });
    if (isSet(input, 'json')) {
      printJson(context, { stack: name, objects, unreadable });
      return 0;
    }
    const rows = objects.map(({ type, id }) => [type, id]);
    const table = renderTable(['TYPE', 'OBJECT'], rows, (head) => '-'.repeat(head.length));
    const none = 'Nothing that is there and could be listed is without a stack';
    printLines(context, [
      ...(rows.length === 0 ? [none] : table),
      ...unreadable.map(({ type, reason }) => `${type}: could not be listed (${reason})`),
    ]);
    return 0;
  },
};
