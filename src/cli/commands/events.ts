import { followEvents } from '../../sdk/operations/events/follow.ts';
import { listEvents } from '../../sdk/operations/events/list.ts';
import { showEvents } from '../../sdk/operations/events/show.ts';
import type { ShownEvent } from '../../sdk/presentation.ts';
import { type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { operationCommand } from '../operationCommand.ts';
import { localTime } from '../render/localTime.ts';
import type { Paint } from '../terminal/Terminal.ts';

const path = ['events', 'list'];

const listed = operationCommand({
  operation: listEvents,
  path,
  aliases: [['stack', 'events', 'list']],
  args: ['stack'],
  render: ({ events }, paint) =>
    events.length === 0 ? ['No events'] : events.map((each) => renderEvent(each, paint)),
});

const followed = operationCommand({
  operation: followEvents,
  path,
  args: ['stack'],
  follow: renderEvent,
  render: () => [],
});

/** One command for what is there and for what comes; the stack is an argument, or a flag. */
export const eventsList: CommandSpec = {
  ...listed,
  flags: {
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'only of this stack',
      complete: 'stack',
    },
    ...listed.flags,
    follow: { type: 'boolean', short: 'f', help: 'go on with what comes, until interrupted' },
  },
  run(context, typed) {
    const stack = textFlag(typed, 'stack');
    const command = isSet(typed, 'follow') ? followed : listed;
    return command.run(context, stack === undefined ? typed : { ...typed, args: [stack] });
  },
};

export const eventsShow = operationCommand({
  operation: showEvents,
  path: ['events', 'show'],
  aliases: [['stack', 'events', 'show']],
  args: ['stack', 'serial'],
  read: { serial: (text) => (/^#?\d+$/.test(text) ? Number(text.replace('#', '')) : text) },
  render: (events) => events.flatMap(renderDetails),
});

function renderEvent({ type, severity, at, message }: ShownEvent, paint: Paint): string {
  const word = type.padEnd(28);
  const painted =
    severity === 'error' ? paint.bad(word) : severity === 'warning' ? paint.warn(word) : word;
  return `${paint.dim(localTime(at))}  ${painted}  ${message}`;
}

function renderDetails(event: ShownEvent): string[] {
  const rows: [string, string][] = [
    ['Type', event.type],
    ['Severity', event.severity],
    ['Message', event.message],
    ['Stack', event.stack],
    ['Commit', `#${event.serial}`],
    ['At', localTime(event.at)],
    ['By', event.actor],
    ['Execution', event.execution ?? ''],
    ['Data', JSON.stringify(event.data)],
  ];
  return [...rows.map(([label, value]) => `${`${label}:`.padEnd(12)}${value}`), ''];
}
