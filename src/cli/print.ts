import { type CommandContext, type CommandInput, isSet } from './CommandSpec.ts';

/** Prints lines to standard output. */
export function printLines(context: CommandContext, lines: readonly string[]): void {
  context.terminal.out(`${lines.join('\n')}\n`);
}

/** Prints one JSON document. */
export function printJson(context: CommandContext, value: unknown): void {
  context.terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints for machines where `--json` was given, for people elsewhere; `--quiet` prints nothing. */
export function printResult(
  context: CommandContext,
  input: CommandInput,
  forMachines: () => unknown,
  forPeople: () => readonly string[],
): void {
  if (isSet(input, 'json')) printJson(context, forMachines());
  else if (!isSet(input, 'quiet')) printLines(context, forPeople());
}
