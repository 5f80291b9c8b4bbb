import { formatDuration, formatTime, SlothError } from '../../sdk/presentation.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { durationFlag } from '../checkedFlags.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { renderTable } from '../render/table.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const partArgument = {
  name: 'RESOURCE',
  help: 'a resource, or one of its attributes, as file.config.mode',
} as const;

export const driftAccept: CommandSpec = {
  path: ['stack', 'drift', 'accept'],
  summary: 'Accept what has drifted: it counts as in sync, and nothing is changed',
  details: 'It comes back when its time is over, and when the value changes again.',
  args: [stackArgument, partArgument],
  flags: {
    reason: { type: 'string', help: 'why this can be lived with (required)' },
    until: {
      type: 'string',
      placeholder: 'TIME',
      help: 'for how long, as 30d (default: for good)',
    },
  },
  async run(context, input) {
    const [name, what] = [argument(input, 0), argument(input, 1)];
    const reason = textFlag(input, 'reason');
    if (reason === undefined || reason.trim() === '') {
      const missing = 'the flag --reason is missing: why can this be lived with?';
      throw new SlothError('usage.invalid', { reason: missing, command: 'stack drift accept' });
    }
    const time = durationFlag(input, 'until', 'stack drift accept');
    const runner = await context.open();
    const { resource, attributes } = await runner.drift.accept(name, what, {
      reason,
      ...(time === undefined ? {} : { forMilliseconds: time }),
    });
    const { good } = context.terminal.paint;
    const span = time === undefined ? '' : ` for ${formatDuration(time)}`;
    printResult(
      context,
      input,
      () => ({ stack: name, resource, attributes }),
      () => [`${good('✓')} Drift of ${resource} accepted${span}: ${attributes.join(', ')}`],
    );
    return 0;
  },
};

export const driftAccepted: CommandSpec = {
  path: ['stack', 'drift', 'accepted'],
  summary: 'List the drift that was accepted, by whom, why, and until when',
  args: [stackArgument],
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const all = await runner.drift.accepted(name);
    if (isSet(input, 'json')) {
      printJson(context, all);
      return 0;
    }
    const now = context.clock();
    const rows = all.map(({ resource, attribute, by, at, until, reason }) => [
      resource,
      attribute,
      by,
      formatTime(at),
      until === null ? 'for good' : until <= now ? 'over' : formatTime(until),
      reason,
    ]);
    const heads = ['RESOURCE', 'ATTRIBUTE', 'BY', 'AT', 'UNTIL', 'REASON'];
    const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
    printLines(context, all.length === 0 ? [`No drift of '${name}' was accepted`] : table);
    return 0;
  },
};

export const driftUnaccept: CommandSpec = {
  path: ['stack', 'drift', 'unaccept'],
  summary: 'Take an acceptance back',
  args: [stackArgument, partArgument],
  async run(context, input) {
    const [name, what] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const count = await runner.drift.unaccept(name, what);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, taken_back: count }),
      () =>
        count === 0
          ? [`Nothing of '${what}' was accepted`]
          : [`${good('✓')} ${count} ${count === 1 ? 'acceptance' : 'acceptances'} taken back`],
    );
    return 0;
  },
};

export const driftHistory: CommandSpec = {
  path: ['stack', 'drift', 'history'],
  summary: 'List what drifted, when it was first seen, and how long it took to put right',
  args: [stackArgument],
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const episodes = await runner.drift.history(name);
    if (isSet(input, 'json')) {
      printJson(context, episodes);
      return 0;
    }
    const rows = episodes.map(({ resource, attributes, firstSeen, fixedAt, ended }) => [
      resource,
      attributes,
      formatTime(firstSeen),
      fixedAt === null ? (ended ?? 'not yet') : formatTime(fixedAt),
      fixedAt === null ? '' : formatDuration(fixedAt - firstSeen),
    ]);
    const heads = ['RESOURCE', 'ATTRIBUTES', 'FIRST SEEN', 'FIXED', 'TIME TO REPAIR'];
    const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
    printLines(context, rows.length === 0 ? [`Nothing of '${name}' ever drifted`] : table);
    return 0;
  },
};
