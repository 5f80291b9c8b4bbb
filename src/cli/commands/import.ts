import { SlothError } from '../../sdk/presentation.ts';
import type { ImportedResource } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, textFlag } from '../CommandSpec.ts';
import { printResult } from '../print.ts';
import { languageOf, renderDeclaration } from '../render/declaration/renderDeclaration.ts';

export const importCommand: CommandSpec = {
  path: ['import'],
  summary: 'Look after an object that is there already; nothing about it is changed',
  args: [
    { name: 'TYPE', help: 'its type, as file' },
    { name: 'NAME', help: 'how the stack calls it' },
    { name: 'ID', help: 'what names it for its type, as a path' },
  ],
  flags: {
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'stack that looks after it',
      complete: 'stack',
    },
  },
  examples: ['sloth-runner import --stack web file config /srv/web/app.conf'],
  async run(context, input) {
    const stack = textFlag(input, 'stack');
    if (stack === undefined) {
      const reason = 'the flag --stack is missing: which stack is to look after it?';
      throw new SlothError('usage.invalid', { reason, command: 'import' });
    }
    const runner = await context.open();
    const [type, name, id] = [argument(input, 0), argument(input, 1), argument(input, 2)];
    const imported = await runner.importResource(stack, { type, name, id });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack, resource: imported.resource, properties: imported.properties }),
      () => [
        `${good('✓')} ${imported.resource} imported into stack '${stack}'`,
        '',
        'Its declaration, for the workflow:',
        '',
        ...declaration(type, name, imported),
      ],
    );
    return 0;
  },
};

/** The declaration, in the language of the stack's workflow. */
function declaration(type: string, name: string, imported: ImportedResource): string[] {
  const { properties, hidden, workflow } = imported;
  const language = languageOf(workflow);
  return renderDeclaration(language, { type, name, properties, hidden, changed: [] });
}
