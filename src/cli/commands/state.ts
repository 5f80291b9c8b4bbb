import {
  InexactNumber,
  type JsonValue,
  parseExactJson,
  SlothError,
} from '../../sdk/presentation.ts';
import { argument, type CommandSpec, isSet } from '../CommandSpec.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { renderValue, renderValues, valuesAsJson } from '../render/renderValue.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const keyArgument = { name: 'KEY', help: 'key of the value' } as const;

export const stateList: CommandSpec = {
  path: ['stack', 'state', 'list'],
  aliases: [['state', 'list']],
  summary: 'List the values that workflows keep in a stack',
  args: [stackArgument],
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const values = await runner.state.list(name);
    if (isSet(input, 'json')) printJson(context, valuesAsJson(values));
    else
      printLines(
        context,
        values.length === 0 ? [`The state of '${name}' is empty`] : renderValues(values),
      );
    return 0;
  },
};

export const stateGet: CommandSpec = {
  path: ['stack', 'state', 'get'],
  aliases: [['state', 'get']],
  summary: 'Show one value of the state',
  args: [stackArgument, keyArgument],
  flags: { 'show-sensitive': { type: 'boolean', help: 'show a sensitive value, decrypted' } },
  async run(context, input) {
    const [name, key] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const shown = await runner.state.get(name, key, {
      showSensitive: isSet(input, 'show-sensitive'),
    });
    if (isSet(input, 'json')) printJson(context, valuesAsJson([shown])[key]);
    else context.terminal.value(`${renderValue(shown.value)}\n`);
    return 0;
  },
};

export const stateSet: CommandSpec = {
  path: ['stack', 'state', 'set'],
  aliases: [['state', 'set']],
  summary: 'Set a value of the state',
  details: 'A value that reads as JSON is stored as that (true, 3, [1,2]); any other is a text.',
  args: [stackArgument, keyArgument, { name: 'VALUE', help: 'the value' }],
  flags: {
    sensitive: { type: 'boolean', help: 'store it encrypted and never show it' },
    text: { type: 'boolean', help: 'store it as a text whatever it looks like' },
  },
  async run(context, input) {
    const [name, key, text] = [argument(input, 0), argument(input, 1), argument(input, 2)];
    const value = isSet(input, 'text') ? text : parseValue(text);
    const runner = await context.open();
    await runner.state.set(name, key, value, { sensitive: isSet(input, 'sensitive') });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, key, set: true }),
      () => [`${good('✓')} '${key}' set in the state of '${name}'`],
    );
    return 0;
  },
};

export const stateDelete: CommandSpec = {
  path: ['stack', 'state', 'delete'],
  aliases: [['state', 'delete']],
  summary: 'Delete a value of the state',
  args: [stackArgument, keyArgument],
  async run(context, input) {
    const [name, key] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    await runner.state.delete(name, key);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, key, deleted: true }),
      () => [`${good('✓')} '${key}' deleted from the state of '${name}'`],
    );
    return 0;
  },
};

function parseValue(text: string): JsonValue {
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
