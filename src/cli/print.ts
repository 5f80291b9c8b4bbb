import { type CommandInput, isSet } from './CommandSpec.ts';
import { jsonText, linesText } from './terminal/control.ts';
import type { Terminal } from './terminal/Terminal.ts';

/** As much of a command's context as printing needs. */
interface Printing {
  readonly terminal: Terminal;
}

/** Prints lines to standard output. */
export function printLines({ terminal }: Printing, lines: readonly string[]): void {
  terminal.out(linesText(lines.length === 0 ? [''] : lines));
}

/** Prints one JSON document. */
export function printJson({ terminal }: Printing, value: unknown): void {
  terminal.out(`${jsonText(value, 2)}\n`);
}

/** Prints for machines where `--json` was given, for people elsewhere; `--quiet` prints nothing. */
export function printResult(
  context: Printing,
  input: CommandInput,
  forMachines: () => unknown,
  forPeople: () => readonly string[],
): void {
  if (isSet(input, 'json')) printJson(context, forMachines());
  else if (!isSet(input, 'quiet')) printLines(context, forPeople());
}
