import type { Runner, RunnerOptions } from '../sdk/Runner.ts';
import type { Terminal } from './terminal/Terminal.ts';

/** What the shell can complete a value with. */
export type Completion = 'stack' | 'snapshot' | 'file' | readonly string[];

/** A flag. Its help text begins in lower case and has no full stop. */
export interface FlagSpec {
  readonly type: 'boolean' | 'string';
  readonly help: string;
  readonly short?: string;
  readonly multiple?: boolean;
  readonly placeholder?: string;
  readonly complete?: Completion;
}

/** A positional argument. */
export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  readonly variadic?: boolean;
  readonly complete?: Completion;
}

/** What was typed, after parsing. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/**
 * What a command works with; everything of the outside comes in here. `R` is as much of the runner
 * as the command needs.
 */
export interface CommandContext<R = Runner> {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Opens the runner that the global flags name; closed by whoever runs the command. */
  readonly open: (options?: Pick<RunnerOptions, 'readOnly' | 'db'>) => Promise<R>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Aborted by the first signal; for commands that can stop in good order. */
  readonly signal: AbortSignal;
}

/**
 * A command, as data: parsing, help, completion and the reference in the docs all come from it, so
 * they can't disagree.
 */
export interface CommandSpec<R = Runner> {
  readonly path: readonly string[];
  /** Other spellings of the path. */
  readonly aliases?: readonly (readonly string[])[];
  readonly summary: string;
  readonly details?: string;
  readonly args?: readonly ArgumentSpec[];
  readonly flags?: Readonly<Record<string, FlagSpec>>;
  readonly examples?: readonly string[];
  readonly hidden?: boolean;
  /** Whether it prints a log of what it does: when that can't be written, its status still tells how it ended. */
  readonly printsLog?: true;
  /** Gives the exit status. */
  readonly run: (context: CommandContext<R>, input: CommandInput) => Promise<number>;
}

/** Flags that every command has. */
export const globalFlags: Readonly<Record<string, FlagSpec>> = {
  db: {
    type: 'string',
    placeholder: 'FILE',
    help: 'database file to use',
    complete: 'file',
  },
  config: {
    type: 'string',
    placeholder: 'FILE',
    help: 'configuration file to read instead of the standard ones',
    complete: 'file',
  },
  json: { type: 'boolean', help: 'machine-readable output' },
  quiet: { type: 'boolean', short: 'q', help: 'only what was asked for' },
  verbose: { type: 'boolean', help: 'more detail, and stack traces with errors' },
  'no-color': { type: 'boolean', help: 'no colours' },
  help: { type: 'boolean', short: 'h', help: 'this help' },
};

/** The text of a flag, where it was given. */
export function textFlag(input: CommandInput, name: string): string | undefined {
  const value = input.flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a flag was given. */
export function isSet(input: CommandInput, name: string): boolean {
  return input.flags[name] === true;
}

/** The texts of a flag that may be repeated. */
export function textFlags(input: CommandInput, name: string): readonly string[] {
  const value = input.flags[name];
  return Array.isArray(value) ? value : [];
}

/** A required argument; parsing has made sure that it is there. */
export function argument(input: CommandInput, index: number): string {
  return input.args[index] ?? '';
}
