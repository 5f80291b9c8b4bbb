import { resolve } from 'node:path';
import { resourceHistory as history } from '../../sdk/operations/resources/history.ts';
import { restoreResource } from '../../sdk/operations/resources/restore.ts';
import { formatSize } from '../../sdk/presentation.ts';
import { writeOutputFile } from '../../sdk/writeOutputFile.ts';
import { isSet, textFlag } from '../CommandSpec.ts';
import { forceFlag } from '../forceFlag.ts';
import { operationCommand } from '../operationCommand.ts';
import { printResult } from '../print.ts';
import { localTime } from '../render/localTime.ts';
import { renderTable } from '../render/table.ts';

export const resourceHistory = operationCommand({
  operation: history,
  path: ['stack', 'resource', 'history'],
  args: ['stack', 'resource'],
  render({ stack, resource, images }) {
    const title = `History of ${resource} on stack: ${stack}`;
    if (images.length === 0) return [title, '', 'Nothing of it was ever changed or deleted'];
    const rows = images.map(({ id, at, execution, status, origin, bytes, unkept }) => [
      id,
      localTime(at),
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
  },
});

export const resourceRestore = operationCommand({
  operation: restoreResource,
  path: ['stack', 'resource', 'restore'],
  args: ['stack', 'resource'],
  details: `${restoreResource.details}\nWith --output, what was kept is written to a new file, and the object is left alone.`,
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      help: 'write it to this file; - for standard output',
    },
    ...forceFlag,
  },
  examples: ['sloth-runner stack resource restore web file.config --from p41 -o config.before'],
  async before({ context, runner, input, typed }) {
    const output = textFlag(typed, 'output');
    if (output === undefined) return undefined;
    const { stack, resource, from } = input;
    const { content } = await runner.client.resources.content(input);
    const bytes = Buffer.from(content, 'base64');
    if (output === '-') {
      context.terminal.value(bytes);
      return 0;
    }
    // For its owner alone: what it holds may be a secret.
    const force = isSet(typed, 'force');
    await writeOutputFile(resolve(context.cwd, output), bytes, { force, mode: 0o600 });
    const { good } = context.terminal.paint;
    printResult(
      context,
      typed,
      () => ({ stack, resource, from, file: output, bytes: bytes.byteLength }),
      () => [`${good('✓')} ${resource} as it was (${from}) written to ${output}`],
    );
    return 0;
  },
  render: ({ resource, from }, { good }) => [
    `${good('✓')} ${resource} put back as it was (${from})`,
  ],
});
