import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
} from '../CommandSpec.ts';
import { printResult } from '../print.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

/** Until resources can be declared, no stack has one, and that is what these commands say. */
async function sayNothingDeclared(
  context: CommandContext,
  input: CommandInput,
  title: string,
): Promise<number> {
  const name = argument(input, 0);
  const runner = await context.open({ readOnly: true });
  const { resources } = await runner.stacks.show(name);
  printResult(
    context,
    input,
    () => ({ stack: name, resources: resources.length, message: 'no resources declared' }),
    () => [`${title} ${name}`, '', 'No resources declared: there is nothing that could drift'],
  );
  return 0;
}

export const driftDetect: CommandSpec = {
  path: ['stack', 'drift', 'detect'],
  summary: 'Compare the declared resources of a stack with what is really there',
  args: [stackArgument],
  run: (context, input) => sayNothingDeclared(context, input, 'Detecting drift for stack:'),
};

export const driftShow: CommandSpec = {
  path: ['stack', 'drift', 'show'],
  summary: 'Show the drift report of a stack',
  args: [stackArgument],
  run: (context, input) => sayNothingDeclared(context, input, 'Drift Report for:'),
};

export const driftFix: CommandSpec = {
  path: ['stack', 'drift', 'fix'],
  summary: 'Bring drifted resources back to what is declared',
  args: [stackArgument],
  flags: {
    'dry-run': { type: 'boolean', help: 'only show what would be fixed' },
    'auto-approve': { type: 'boolean', help: "don't ask" },
    resource: { type: 'string', placeholder: 'NAME', help: 'only this one' },
  },
  run: (context, input) => sayNothingDeclared(context, input, 'Fixing drift for stack:'),
};
