import { deleteState } from '../../sdk/operations/state/delete.ts';
import { getState } from '../../sdk/operations/state/get.ts';
import { listState } from '../../sdk/operations/state/list.ts';
import { setState } from '../../sdk/operations/state/set.ts';
import { InexactNumber, parseExactJson, SlothError } from '../../sdk/presentation.ts';
import { type CommandInput, isSet } from '../CommandSpec.ts';
import { operationCommand } from '../operationCommand.ts';
import { renderValue, renderValues } from '../render/renderValue.ts';

export const stateList = operationCommand({
  operation: listState,
  path: ['stack', 'state', 'list'],
  aliases: [['state', 'list']],
  args: ['stack'],
  render: ({ stack, values }) =>
    values.length === 0 ? [`The state of '${stack}' is empty`] : renderValues(values),
});

export const stateGet = operationCommand({
  operation: getState,
  path: ['stack', 'state', 'get'],
  aliases: [['state', 'get']],
  args: ['stack', 'key'],
  render: ({ value }) => renderValue(value),
});

export const stateSet = operationCommand({
  operation: setState,
  path: ['stack', 'state', 'set'],
  aliases: [['state', 'set']],
  details: 'A value that reads as JSON is stored as that (true, 3, [1,2]); any other is a text.',
  args: ['stack', 'key', 'value'],
  flags: { text: { type: 'boolean', help: 'store it as a text whatever it looks like' } },
  read: { value: readValue },
  render: ({ stack, key }, { good }) => [`${good('✓')} '${key}' set in the state of '${stack}'`],
});

export const stateDelete = operationCommand({
  operation: deleteState,
  path: ['stack', 'state', 'delete'],
  aliases: [['state', 'delete']],
  args: ['stack', 'key'],
  render: ({ stack, key }, { good }) => [
    `${good('✓')} '${key}' deleted from the state of '${stack}'`,
  ],
});

function readValue(text: string, typed: CommandInput): unknown {
  if (isSet(typed, 'text')) return text;
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof InexactNumber) {
      const reason = `${error.message}, with --text`;
      throw new SlothError('usage.invalid', { reason, command: 'stack state set' });
    }
    // Not JSON: then it is a text.
    return text;
  }
}
