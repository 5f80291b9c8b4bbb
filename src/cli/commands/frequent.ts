import { SlothError, type StackStatus } from '../../sdk/presentation.ts';
import type { FrequentRunner } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { printJson, printLines } from '../print.ts';
import { renderLockStatus } from '../render/renderLock.ts';
import { renderStackList } from '../render/renderStackList.ts';
import { renderValue, renderValues, valuesAsJson } from '../render/renderValue.ts';

const STATUSES: readonly StackStatus[] = [
  'created',
  'running',
  'completed',
  'failed',
  'interrupted',
];

/**
 * The commands that prompts, scripts and editors call all the time. They are part of the small
 * program that starts like a native one, so nothing heavy may be imported here.
 */
export const lockStatus: CommandSpec<FrequentRunner> = {
  path: ['stack', 'lock', 'status'],
  summary: 'Show who holds the lock of a stack, since when and why',
  args: [{ name: 'STACK', help: 'name of the stack', complete: 'stack' }],
  async run(context, input) {
    const runner = await context.open();
    const status = await runner.client.locks.status({ stack: argument(input, 0) });
    if (isSet(input, 'json')) printJson(context, status);
    else printLines(context, renderLockStatus(status, context.terminal.paint));
    return 0;
  },
};

export const stackList: CommandSpec<FrequentRunner> = {
  path: ['stack', 'list'],
  summary: 'List all stacks',
  flags: {
    status: { type: 'string', help: `only these: ${STATUSES.join(', ')}`, complete: STATUSES },
    format: {
      type: 'string',
      placeholder: 'FORMAT',
      help: 'table, json or yaml',
      complete: ['table', 'json', 'yaml'],
    },
  },
  async run(context, input) {
    const status = textFlag(input, 'status');
    const wanted = STATUSES.find((each) => each === status);
    if (status !== undefined && wanted === undefined) {
      throw invalid(`there is no status '${status}'; it is one of ${STATUSES.join(', ')}`);
    }
    const format = isSet(input, 'json') ? 'json' : (textFlag(input, 'format') ?? 'table');
    if (!['table', 'json', 'yaml'].includes(format)) {
      throw invalid(`there is no format '${format}'; it is one of table, json, yaml`);
    }
    const runner = await context.open();
    const stacks = await runner.client.stacks.list(wanted === undefined ? {} : { status: wanted });
    if (format === 'json') printJson(context, stacks);
    else if (format === 'yaml') {
      const { stringify } = await import('yaml');
      context.terminal.out(stringify(stacks));
    } else printLines(context, renderStackList(stacks, context.terminal.paint));
    return 0;
  },
};

export const stackOutput: CommandSpec<FrequentRunner> = {
  path: ['stack', 'output'],
  summary: 'Show what a stack published, or one of its outputs alone',
  args: [
    { name: 'STACK', help: 'name of the stack', complete: 'stack' },
    { name: 'KEY', help: 'name of one output', optional: true },
  ],
  flags: {
    'show-sensitive': { type: 'boolean', help: 'show sensitive values, decrypted' },
    at: { type: 'string', placeholder: 'TIME', help: 'as it was: 2h, 2026-01-31T12:00, #417, v38' },
  },
  async run(context, input) {
    const [stack, key] = [argument(input, 0), input.args[1]];
    const at = textFlag(input, 'at');
    const show_sensitive = isSet(input, 'show-sensitive');
    const wish = { stack, show_sensitive, ...(at === undefined ? {} : { at }) };
    const runner = await context.open();
    if (key !== undefined) {
      const output = await runner.client.stacks.output({ ...wish, key });
      if (isSet(input, 'json')) printJson(context, valuesAsJson([output])[key]);
      else context.terminal.value(`${renderValue(output.value)}\n`);
      return 0;
    }
    const told = await runner.client.stacks.outputs(wish);
    if (isSet(input, 'json')) printJson(context, valuesAsJson(told.outputs));
    else if (told.outputs.length === 0) printLines(context, [`Stack '${stack}' has no outputs`]);
    else printLines(context, [`Outputs for: ${stack}`, '', ...renderValues(told.outputs)]);
    return 0;
  },
};

function invalid(reason: string): SlothError {
  return new SlothError('usage.invalid', { reason, command: 'stack list' });
}
