import { resolve } from 'node:path';
import { formatSize, formatTime, SlothError } from '../../sdk/presentation.ts';
import type { NamedPreImage } from '../../sdk/Runner.ts';
import { writeOutputFile } from '../../sdk/writeOutputFile.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { forceFlag } from '../forceFlag.ts';
import { printResult } from '../print.ts';
import { renderTable } from '../render/table.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const addressArgument = { name: 'ADDRESS', help: 'the resource, as file.config' } as const;

export const resourceHistory: CommandSpec = {
  path: ['stack', 'resource', 'history'],
  summary: 'List what the object of a resource was before it was changed',
  details:
    'Before an execution changes or deletes an object for the first time, what it was is kept, as long as\n' +
    'the snapshots that it belongs to.',
  args: [stackArgument, addressArgument],
  async run(context, input) {
    const [stack, resource] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const images = await runner.resources.history(stack, resource);
    printResult(
      context,
      input,
      () => ({ stack, resource, images }),
      () => renderHistory(stack, resource, images),
    );
    return 0;
  },
};

export const resourceRestore: CommandSpec = {
  path: ['stack', 'resource', 'restore'],
  summary: 'Put the object of a resource back as it was before a change',
  details:
    'What it is now is kept first. The stack still declares what it declared: the next look finds drift.\n' +
    'With --output, what was kept is written to a new file, and the object is left alone.',
  args: [stackArgument, addressArgument],
  flags: {
    from: { type: 'string', placeholder: 'ID', help: 'which of its history, as p41' },
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      help: 'write it to this file; - for standard output',
    },
    ...forceFlag,
  },
  examples: ['sloth-runner stack resource restore web file.config --from p41 -o config.before'],
  async run(context, input) {
    const [stack, resource] = [argument(input, 0), argument(input, 1)];
    const [from, output] = [textFlag(input, 'from'), textFlag(input, 'output')];
    if (from === undefined) {
      const reason = 'the flag --from is missing: what was it to be put back to?';
      throw new SlothError('usage.invalid', { reason, command: 'stack resource restore' });
    }
    const runner = await context.open();
    const { good } = context.terminal.paint;
    if (output === undefined) {
      await runner.resources.restore(stack, resource, { from, signal: context.signal });
      printResult(
        context,
        input,
        () => ({ stack, resource, from, restored: true }),
        () => [`${good('✓')} ${resource} put back as it was (${from})`],
      );
      return 0;
    }
    const bytes = await runner.resources.content(stack, resource, from);
    if (output === '-') {
      context.terminal.value(bytes);
      return 0;
    }
    // For its owner alone: what it holds may be a secret.
    await writeOutputFile(resolve(context.cwd, output), bytes, {
      force: isSet(input, 'force'),
      mode: 0o600,
    });
    printResult(
      context,
      input,
      () => ({ stack, resource, from, file: output, bytes: bytes.byteLength }),
      () => [`${good('✓')} ${resource} as it was (${from}) written to ${output}`],
    );
    return 0;
  },
};

function renderHistory(
  stack: string,
  resource: string,
  images: readonly NamedPreImage[],
): string[] {
  const title = `History of ${resource} on stack: ${stack}`;
  if (images.length === 0) return [title, '', 'Nothing of it was ever changed or deleted'];
  const rows = images.map(({ id, at, execution, status, origin, bytes, unkept }) => [
    id,
    formatTime(at),
    execution ?? '-',
    `before ${status}`,
    origin,
    unkept === ''
      ? bytes === null
        ? 'kept'
        : `kept, ${formatSize(bytes)}`
      : `not kept: ${unkept}`,
  ]);
  const columns = ['ID', 'TIME', 'EXECUTION', 'WHEN', 'ORIGIN', 'WHAT WAS THERE'];
  return [
    title,
    '',
    ...renderTable(columns, rows, (column) => '-'.repeat(column.length), 2),
    '',
    `To have one back: sloth-runner stack resource restore ${stack} ${resource} --from ID`,
  ];
}
