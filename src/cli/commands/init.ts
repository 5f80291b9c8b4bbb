import { resolve } from 'node:path';
import { ExitStatus } from '../../sdk/presentation.ts';
import { type CommandSpec, isSet } from '../CommandSpec.ts';
import { printResult } from '../print.ts';

export const init: CommandSpec = {
  path: ['init'],
  summary: 'Write a project to start from: a sloth.yaml and two stacks',
  args: [{ name: 'FOLDER', help: 'where (default: here)', optional: true, complete: 'file' }],
  flags: { typescript: { type: 'boolean', help: 'in TypeScript instead of Lua' } },
  async run(context, input) {
    const { createProject } = await import('../../sdk/project/createProject.ts');
    const name = input.args[0];
    const language = isSet(input, 'typescript') ? 'typescript' : 'lua';
    const files = await createProject(resolve(context.cwd, name ?? '.'), language);
    const { good, accent } = context.terminal.paint;
    const enter = name === undefined ? '' : `cd ${name} && `;
    printResult(
      context,
      input,
      () => ({ files }),
      () => [
        `${good('✓')} A project to start from:`,
        ...files.map((file) => `  ${name === undefined ? file : `${name}/${file}`}`),
        '',
        `${accent('→')} see what it would do: ${enter}sloth-runner up --all --dry-run`,
      ],
    );
    return ExitStatus.done;
  },
};
