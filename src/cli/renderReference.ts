import { type CommandSpec, globalFlags } from './CommandSpec.ts';
import { commandTable } from './commandTable.ts';
import { exitStatuses, flagText, usageOf } from './help.ts';

/** The reference of all commands, as Markdown. */
export function renderReference(): string {
  const shown = commandTable.filter((each) => each.hidden !== true);
  const lines = [
    '# Commands',
    '',
    '<!-- Written by `npm run docs` from the command table; edit the commands, not this page. -->',
    '',
    '| exit status | means |',
    '|---|---|',
    ...exitStatuses.map(([status, text]) => `| ${status} | ${text} |`),
    '',
    'A command that was stopped by a signal exits with 128 plus its number, as shells have it.',
    '',
    "Where standard output can't be written (a full disk), a command does what it does to its end, says so on",
    'standard error, and exits with 1 instead of 0. What `run`, `up` and `down` print is only their log: their status',
    'still tells how the run ended.',
    '',
    'Every command also takes:',
    '',
    ...Object.entries(globalFlags).map(
      ([name, spec]) => `- \`${flagText(name, spec)}\`: ${spec.help}`,
    ),
    '',
    ...shown.flatMap(section),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(command: CommandSpec): string[] {
  const { path, aliases = [], summary, details, args = [], flags = {}, examples = [] } = command;
  const lines = [`## ${path.join(' ')}`, '', `${summary}.`, '', '```', usageOf(command), '```', ''];
  if (aliases.length > 0) {
    lines.push(`Also: ${aliases.map((alias) => `\`${alias.join(' ')}\``).join(', ')}.`, '');
  }
  if (details !== undefined) lines.push(details.replaceAll('\n', ' '), '');
  const rows = [
    ...args.map(({ name, help }) => `- \`${name}\`: ${help}`),
    ...Object.entries(flags).map(([name, spec]) => `- \`${flagText(name, spec)}\`: ${spec.help}`),
  ];
  if (rows.length > 0) lines.push(...rows, '');
  if (examples.length > 0) lines.push('```', ...examples, '```', '');
  return lines;
}
