import { SlothError, type StackStatus } from '../../sdk/presentation.ts';
import type { FrequentRunner } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { printJson, printLines } from '../print.ts';
import { renderLockStatus } from '../render/renderLock.ts';
import { renderStackList, stackAsJson } from '../render/renderStackList.ts';
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
    const heads = await runner.stacks.list(wanted === undefined ? {} : { status: wanted });
    const stale = new Set((await runner.stacks.stale()).map((use) => use.stack));
    const asJson = heads.map((head) => stackAsJson(head, stale));
    if (format === 'json') printJson(context, asJson);
    else if (format === 'yaml') {
      const { stringify } = await import('yaml');
      context.terminal.out(stringify(asJson));
    } else printLines(context, renderStackList(heads, stale, context.terminal.paint));
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
    const [name, key] = [argument(input, 0), input.args[1]];
    const at = textFlag(input, 'at');
    const showSensitive = isSet(input, 'show-sensitive');
    const options = { showSensitive, ...(at === undefined ? {} : { at }) };
    const runner = await context.open();
    if (key !== undefined) {
      const output = await runner.stacks.output(name, key, options);
      if (isSet(input, 'json')) printJson(context, valuesAsJson([output])[key]);
      else context.terminal.value(`${renderValue(output.value)}\n`);
      return 0;
    }
    const outputs = await runner.stacks.outputs(name, options);
    if (isSet(input, 'json')) printJson(context, valuesAsJson(outputs));
    else if (outputs.length === 0) printLines(context, [`Stack '${name}' has no outputs`]);
    else printLines(context, [`Outputs for: ${name}`, '', ...renderValues(outputs)]);
    return 0;
  },
};

function invalid(reason: string): SlothError {
  return new SlothError('usage.invalid', { reason, command: 'stack list' });
}
