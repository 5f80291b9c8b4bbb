import {
  formatTime,
  parseDuration,
  type Severity,
  SlothError,
  type StoredEvent,
} from '../../sdk/presentation.ts';
import type { StackEventQuery } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { limitFlag } from '../checkedFlags.ts';
import { printJson, printLines } from '../print.ts';
import { jsonText } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';

const SEVERITIES: readonly Severity[] = ['debug', 'info', 'warning', 'error'];

export const eventsList: CommandSpec = {
  path: ['events', 'list'],
  aliases: [['stack', 'events', 'list']],
  summary: 'List the event trail of all stacks, or of one',
  args: [{ name: 'STACK', help: 'only of this stack', optional: true, complete: 'stack' }],
  flags: {
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'only of this stack',
      complete: 'stack',
    },
    type: {
      type: 'string',
      placeholder: 'TYPE',
      multiple: true,
      help: "only this type or family, as 'lock.*'",
    },
    since: {
      type: 'string',
      placeholder: 'TIME',
      help: 'only from then on: 2h, or 2026-01-31T12:00',
    },
    severity: {
      type: 'string',
      placeholder: 'LEVEL',
      help: 'this level and above: debug, info, warning, error',
      complete: SEVERITIES,
    },
    limit: { type: 'string', placeholder: 'N', help: 'only the newest N (default: 50; 0 for all)' },
    follow: { type: 'boolean', short: 'f', help: 'go on with what comes, until interrupted' },
  },
  async run(context, input) {
    const query = queryOf(context, input);
    const runner = await context.open();
    if (isSet(input, 'follow')) {
      for await (const event of runner.events.follow(query, context.signal)) {
        const line = isSet(input, 'json')
          ? jsonText(eventAsJson(event))
          : renderEvent(event, context.terminal.paint);
        printLines(context, [line]);
        if (context.terminal.isClosed()) break;
      }
      return 0;
    }
    const events = await runner.events.list(query);
    if (isSet(input, 'json')) printJson(context, events.map(eventAsJson));
    else {
      const lines = events.map((event) => renderEvent(event, context.terminal.paint));
      printLines(context, lines.length === 0 ? ['No events'] : lines);
    }
    return 0;
  },
};

export const eventsShow: CommandSpec = {
  path: ['events', 'show'],
  aliases: [['stack', 'events', 'show']],
  summary: 'Show the events of one commit with all their data',
  args: [
    { name: 'STACK', help: 'name of the stack', complete: 'stack' },
    { name: 'SERIAL', help: 'serial of the commit, as 12 or #12' },
  ],
  async run(context, input) {
    const [stack, text] = [argument(input, 0), argument(input, 1)];
    const serial = Number(text.replace(/^#/, ''));
    const runner = await context.open();
    const events = (await runner.events.list({ stack })).filter((each) => each.serial === serial);
    if (events.length === 0) {
      throw new SlothError('events.none_at', { stack, serial: text });
    }
    if (isSet(input, 'json')) printJson(context, events.map(eventAsJson));
    else printLines(context, events.flatMap(renderDetails));
    return 0;
  },
};

function queryOf(context: CommandContext, input: CommandInput): StackEventQuery {
  const stack = textFlag(input, 'stack') ?? input.args[0];
  const since = textFlag(input, 'since');
  const severity = textFlag(input, 'severity');
  const types = input.flags.type;
  return {
    ...(stack === undefined ? {} : { stack }),
    ...(Array.isArray(types) ? { types } : {}),
    ...(since === undefined ? {} : { since: timeOf(since, context.clock()) }),
    ...(severity === undefined ? {} : { severities: from(severity) }),
    ...limitFlag(input, 'events list', 50),
  };
}

function from(severity: string): readonly Severity[] {
  const index = SEVERITIES.findIndex((each) => each === severity);
  if (index === -1)
    throw invalid(`there is no severity '${severity}'; it is one of ${SEVERITIES.join(', ')}`);
  return SEVERITIES.slice(index);
}

/** A time: so long ago, or a date as ISO 8601 writes it. */
function timeOf(text: string, now: number): number {
  const ago = parseDuration(text);
  if (ago !== undefined && !/^\d+$/.test(text)) return now - ago;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw invalid(`--since '${text}' is no time such as 2h or 2026-01-31T12:00`);
  return at;
}

function invalid(reason: string): SlothError {
  return new SlothError('usage.invalid', { reason, command: 'events list' });
}

function renderEvent(event: StoredEvent, paint: Paint): string {
  const type = event.type.padEnd(28);
  const painted =
    event.severity === 'error'
      ? paint.bad(type)
      : event.severity === 'warning'
        ? paint.warn(type)
        : type;
  return `${paint.dim(formatTime(event.at))}  ${painted}  ${event.message}`;
}

function renderDetails(event: StoredEvent): string[] {
  const rows: [string, string][] = [
    ['Type', event.type],
    ['Severity', event.severity],
    ['Message', event.message],
    ['Stack', event.stack],
    ['Commit', `#${event.serial}`],
    ['At', formatTime(event.at)],
    ['By', event.actor],
    ['Execution', event.execution ?? ''],
    ['Data', JSON.stringify(event.data)],
  ];
  return [...rows.map(([label, value]) => `${`${label}:`.padEnd(12)}${value}`), ''];
}

function eventAsJson(event: StoredEvent): object {
  const { lineage: _, index: __, at, ...rest } = event;
  return { ...rest, at: new Date(at).toISOString() };
}
