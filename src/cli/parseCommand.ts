import { nearest, SlothError } from '../sdk/presentation.ts';
import { type CommandInput, type CommandSpec, type FlagSpec, globalFlags } from './CommandSpec.ts';
import { tokenize } from './tokenize.ts';

/** What is taken for the name of a flag, and repeated in an error. */
const NAME_OF_FLAG = /^--?[a-z][a-z0-9-]{0,31}$/i;

/** All flags that a command takes. */
export function flagsOf<R>(command: CommandSpec<R>): Readonly<Record<string, FlagSpec>> {
  return { ...command.flags, ...globalFlags };
}

/**
 * Parses what follows a command's words. Refuses unknown flags (with the nearest), missing values,
 * missing and surplus arguments, with `usage.*`; `--help` wins over what is missing.
 */
export function parseCommand<R>(command: CommandSpec<R>, argv: readonly string[]): CommandInput {
  const flags = flagsOf(command);
  const name = command.path.join(' ');
  const values: Record<string, string | boolean | string[]> = {};
  const args: string[] = [];
  for (const token of tokenize(argv, flags)) {
    if (token.kind === 'argument') {
      args.push(token.value);
      continue;
    }
    const spec = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (spec === undefined) throw unknownFlag(token.typed, name, flags);
    setFlag(values, token.name, token.value, spec, name);
  }
  if (values.help !== true) checkArguments(command, args);
  return { args, flags: values };
}

function setFlag(
  values: Record<string, string | boolean | string[]>,
  name: string,
  value: string | undefined,
  { type, multiple }: FlagSpec,
  command: string,
): void {
  if (type === 'boolean') {
    if (value !== undefined) throw invalid(`--${name} takes no value`, command);
    values[name] = true;
    return;
  }
  if (value === undefined) throw invalid(`--${name} needs a value`, command);
  const known = values[name];
  values[name] = multiple === true ? [...(Array.isArray(known) ? known : []), value] : value;
}

function checkArguments<R>(command: CommandSpec<R>, args: readonly string[]): void {
  const specs = command.args ?? [];
  const name = command.path.join(' ');
  const missing = specs.filter((each) => each.optional !== true)[args.length];
  if (missing !== undefined) throw invalid(`the argument ${missing.name} is missing`, name);
  const surplus = args[specs.length];
  if (surplus !== undefined && specs.at(-1)?.variadic !== true) {
    throw invalid(`'${surplus}' is one argument too many`, name);
  }
}

function unknownFlag(
  flag: string,
  command: string,
  flags: Readonly<Record<string, FlagSpec>>,
): SlothError {
  const names = Object.keys(flags).map((each) => `--${each}`);
  const near = flag.startsWith('--') ? nearest(flag, names) : [];
  if (NAME_OF_FLAG.test(flag)) return new SlothError('usage.unknown_flag', { flag, command, near });
  // It may be a value, and that a secret: a key in PEM begins like a flag.
  return invalid("an argument that begins with '-' has to come after '--'", command);
}

function invalid(reason: string, command: string): SlothError {
  return new SlothError('usage.invalid', { reason, command });
}
