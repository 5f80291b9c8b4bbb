import { ExitStatus, SlothError } from '../../sdk/presentation.ts';
import type { DestroyedResource } from '../../sdk/Runner.ts';
import { type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { printLines, printResult } from '../print.ts';
import type { Paint } from '../terminal/Terminal.ts';

export const destroy: CommandSpec = {
  path: ['destroy'],
  summary: 'Delete all real objects of a stack, dependents first',
  details:
    'The stack itself stays, with its history. Refused where one of the objects is protected.',
  flags: {
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'stack whose objects are deleted',
      complete: 'stack',
    },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async run(context, input) {
    const name = textFlag(input, 'stack');
    if (name === undefined) {
      const reason = 'the flag --stack is missing: the objects of which stack?';
      throw new SlothError('usage.invalid', { reason, command: 'destroy' });
    }
    const runner = await context.open();
    const { resources } = await runner.stacks.show(name);
    const quiet = isSet(input, 'json') || isSet(input, 'quiet');
    const { paint, out } = context.terminal;
    if (!quiet) printLines(context, [`Destroying the objects of stack: ${name}`, '']);
    if (resources.length > 0) {
      const count = `${resources.length} ${resources.length === 1 ? 'object' : 'objects'}`;
      await confirm(context, `Delete ${count}?`, { name: '--yes', given: isSet(input, 'yes') });
    }
    const ended = await runner.destroy(name, {
      signal: context.signal,
      onDeleted: (each) => {
        if (!quiet) out(`${renderDestroyed(each, paint)}\n`);
      },
    });
    const count = (status: DestroyedResource['status']): number =>
      ended.filter((each) => each.status === status).length;
    printResult(
      context,
      input,
      () => ({ stack: name, resources: ended }),
      () => [
        ...(ended.length > 0 ? [''] : []),
        `Deleted: ${count('deleted')}, failed: ${count('failed')}, skipped: ${count('skipped')}`,
      ],
    );
    return ended.every((each) => each.status === 'deleted') ? ExitStatus.done : ExitStatus.failed;
  },
};

function renderDestroyed({ resource, status, reason }: DestroyedResource, paint: Paint): string {
  if (status === 'deleted') return `${paint.good('✓')} ${resource}: deleted`;
  const sign = status === 'failed' ? paint.bad('✗') : paint.dim('○');
  return `${sign} ${resource}: ${status} (${reason})`;
}
