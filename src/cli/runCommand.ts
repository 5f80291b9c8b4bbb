import {
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from './CommandSpec.ts';
import { findCommand } from './findCommand.ts';
import { parseCommand } from './parseCommand.ts';

/** A runner that can be opened for a command and closed after it. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** A parsed command line: help was asked for, or there is a command to run. */
export type ParsedLine<R> =
  | { readonly kind: 'help'; readonly path: readonly string[] }
  | { readonly kind: 'command'; readonly command: CommandSpec<R>; readonly input: CommandInput };

/** Finds and parses the command of a line. Throws `usage.*`. */
export function parseLine<R>(
  commands: readonly CommandSpec<R>[],
  argv: readonly string[],
): ParsedLine<R> {
  if (argv[0] === 'help') return { kind: 'help', path: argv.slice(1) };
  const found = findCommand(commands, argv);
  if (found === undefined) {
    return { kind: 'help', path: argv.filter((word) => !word.startsWith('-')) };
  }
  const input = parseCommand(found.command, found.rest);
  if (isSet(input, 'help')) return { kind: 'help', path: found.command.path };
  return { kind: 'command', command: found.command, input };
}

/** The database and configuration that the global flags name. */
export function globalOptions(input: CommandInput): { db?: string; config?: string } {
  const [db, config] = [textFlag(input, 'db'), textFlag(input, 'config')];
  return { ...(db === undefined ? {} : { db }), ...(config === undefined ? {} : { config }) };
}

/** Runs a command and closes what it opened, also when it fails. */
export async function runCommand<R extends Closable>(
  { command, input }: Extract<ParsedLine<R>, { kind: 'command' }>,
  context: CommandContext<R>,
): Promise<number> {
  const opened: R[] = [];
  const open: CommandContext<R>['open'] = async (options) => {
    const runner = await context.open(options);
    opened.push(runner);
    return runner;
  };
  try {
    return await command.run({ ...context, open }, input);
  } finally {
    for (const runner of opened) await runner.close();
  }
}
