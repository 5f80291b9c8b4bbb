import type { ArgumentSpec, CommandSpec, FlagSpec } from './CommandSpec.ts';
import { flagsOf } from './parseCommand.ts';
import type { Paint } from './terminal/Terminal.ts';

/** The exit statuses, as help and docs list them. */
export const exitStatuses: readonly (readonly [number, string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'drift, or changes are pending'],
  [3, 'locked by somebody else'],
  [4, 'not found'],
  [64, 'wrong usage'],
];

/** How a command is typed. */
export function usageOf(command: CommandSpec): string {
  const args = (command.args ?? []).map(argumentText);
  return ['sloth-runner', ...command.path, ...args, '[flags]'].join(' ');
}

/** How a flag is typed. */
export function flagText(name: string, { short, type, placeholder }: FlagSpec): string {
  const value = type === 'string' ? ` ${placeholder ?? 'TEXT'}` : '';
  return `${short === undefined ? '' : `-${short}, `}--${name}${value}`;
}

/** The help of one command. */
export function renderCommandHelp(command: CommandSpec, paint: Paint): string[] {
  const lines = [command.summary, '', paint.strong('Usage:'), `  ${usageOf(command)}`];
  for (const alias of command.aliases ?? [])
    lines.push(`  (also: sloth-runner ${alias.join(' ')})`);
  if (command.details !== undefined) lines.push('', command.details);
  const args = command.args ?? [];
  if (args.length > 0) {
    lines.push(
      '',
      paint.strong('Arguments:'),
      ...columns(args.map((a) => [argumentText(a), a.help])),
    );
  }
  const flags = Object.entries(flagsOf(command)).map(([name, spec]): [string, string] => [
    flagText(name, spec),
    spec.help,
  ]);
  lines.push('', paint.strong('Flags:'), ...columns(flags));
  if (command.examples !== undefined) {
    lines.push('', paint.strong('Examples:'), ...command.examples.map((each) => `  ${each}`));
  }
  return lines;
}

/** The help of a group of commands, or of the whole program for an empty path. */
export function renderGroupHelp(
  commands: readonly CommandSpec[],
  path: readonly string[],
  paint: Paint,
): string[] {
  const inside = commands.filter(
    (each) => each.hidden !== true && path.every((word, index) => each.path[index] === word),
  );
  const rows = inside.map((each): [string, string] => [each.path.join(' '), each.summary]);
  const title =
    path.length === 0
      ? 'sloth-runner: state, locks, snapshots and an audit trail for any workflow'
      : `sloth-runner ${path.join(' ')}`;
  const statuses = exitStatuses.map(([status, text]): [string, string] => [String(status), text]);
  return [
    title,
    '',
    paint.strong('Commands:'),
    ...columns(rows),
    '',
    paint.strong('Exit status:'),
    ...columns(statuses),
    '',
    'More about one: sloth-runner COMMAND --help',
  ];
}

function argumentText({ name, optional, variadic }: ArgumentSpec): string {
  const text = variadic === true ? `${name}…` : name;
  return optional === true ? `[${text}]` : text;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width + 2)}${right}`.trimEnd());
}
