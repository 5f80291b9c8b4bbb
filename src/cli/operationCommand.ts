import * as v from 'valibot';
import type { Operation, Schema } from '../sdk/operations/Operation.ts';
import { SlothError } from '../sdk/presentation.ts';
import {
  type ArgumentSpec,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  type Completion,
  type FlagSpec,
  isSet,
} from './CommandSpec.ts';
import { printJson, printLines } from './print.ts';
import { jsonText } from './terminal/control.ts';
import type { Paint } from './terminal/Terminal.ts';

/** How a command line asks for an operation, and how its answer reads. */
export interface OperationCommand<I extends Schema, O extends Schema, P extends Schema> {
  readonly operation: Operation<I, O, P>;
  readonly path: readonly string[];
  readonly aliases?: readonly (readonly string[])[];
  /** Where the command line has more to say than the operation. */
  readonly details?: string;
  /** The fields of the input that are arguments, in order; all others are flags. */
  readonly args?: readonly string[];
  readonly examples?: readonly string[];
  /** Flags that are no fields: how something is typed or shown. */
  readonly flags?: Readonly<Record<string, FlagSpec>>;
  /** How fields are read that are not written as they are meant. */
  readonly read?: Readonly<Record<string, (text: string, typed: CommandInput) => unknown>>;
  /** The answer for people; `--json` prints it as it is. A text is one value: scripts get it byte for byte. */
  readonly render: (
    output: v.InferInput<O>,
    paint: Paint,
    typed: CommandInput,
  ) => readonly string[] | string;
  /** What is worth saying before it begins. */
  readonly announce?: (input: Readonly<Record<string, unknown>>, paint: Paint) => readonly string[];
  /** What is under way, as a line; `undefined` where it is not worth one. */
  readonly tell?: (message: v.InferOutput<P>) => string | undefined;
  /** Where what comes is the answer itself: each message on standard output, as a line of JSON with `--json`. */
  readonly follow?: (message: v.InferOutput<P>, paint: Paint) => string;
}

/** A field of an input, as help and parsing need it. */
interface Field {
  readonly name: string;
  readonly kind: 'boolean' | 'number' | 'array' | 'text';
  readonly isOptional: boolean;
  readonly help: string;
  readonly placeholder: string;
  readonly complete: Completion | undefined;
}

/**
 * The command of an operation: its words come from the operation, what was typed is checked by the operation's own
 * schema, and `--json` prints what it gave.
 */
export function operationCommand<I extends Schema, O extends Schema, P extends Schema>(
  command: OperationCommand<I, O, P>,
): CommandSpec {
  const { operation, path, aliases, args = [], examples } = command;
  const details = command.details ?? operation.details;
  const fields = fieldsOf(operation.input);
  const named = (name: string): Field => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new Error(`'${operation.id}' has no field '${name}'`);
    return field;
  };
  const flags = fields.filter(({ name }) => !args.includes(name));
  return {
    path,
    ...(aliases === undefined ? {} : { aliases }),
    summary: operation.summary,
    ...(details === undefined ? {} : { details }),
    args: args.map((name) => argumentOf(named(name))),
    flags: {
      ...Object.fromEntries(flags.map((each) => [flagName(each.name), flagOf(each)])),
      ...command.flags,
    },
    ...(examples === undefined ? {} : { examples }),
    run: async (context, typed) => {
      const input = inputOf(args.map(named), flags, typed, command.read);
      const output = await ask(command, context, typed, input);
      if (command.follow !== undefined) return 0;
      if (isSet(typed, 'json')) printJson(context, output);
      // What was only looked at was asked for: then there is nothing else that could be left out.
      else if (operation.effect === 'read' || !isSet(typed, 'quiet')) {
        const shown = command.render(output, context.terminal.paint, typed);
        if (typeof shown === 'string') context.terminal.value(`${shown}\n`);
        else printLines(context, shown);
      }
      return 0;
    },
  };
}

async function ask<I extends Schema, O extends Schema, P extends Schema>(
  { operation, path, args = [], announce, tell, follow }: OperationCommand<I, O, P>,
  context: CommandContext,
  typed: CommandInput,
  input: Readonly<Record<string, unknown>>,
): Promise<v.InferInput<O>> {
  const { terminal, signal } = context;
  const isForPeople = !isSet(typed, 'json') && !isSet(typed, 'quiet');
  refuseBad(operation, path, args, input);
  const runner = await context.open();
  if (isForPeople && announce) printLines(context, announce(input, terminal.paint));
  const closed = new AbortController();
  return runner.call(operation, input, {
    signal: AbortSignal.any([signal, closed.signal]),
    onProgress: (message) => {
      if (follow !== undefined) {
        const isForMachines = isSet(typed, 'json');
        printLines(context, [isForMachines ? jsonText(message) : follow(message, terminal.paint)]);
        if (terminal.isClosed()) closed.abort();
        return;
      }
      const line = isForPeople ? tell?.(message) : undefined;
      if (line !== undefined) terminal.err(`${line}\n`);
    },
  });
}

/** Refuses a wrong value by the name that it was typed under, before anything is opened. */
function refuseBad(
  { input: schema }: Pick<Operation, 'input'>,
  path: readonly string[],
  args: readonly string[],
  input: Readonly<Record<string, unknown>>,
): void {
  const checked = v.safeParse(schema, input, { abortEarly: true });
  if (checked.success) return;
  const [issue] = checked.issues;
  const field = (v.getDotPath(issue) ?? '').split('.')[0] ?? '';
  const named = fieldsOf(schema).find(({ name }) => name === field);
  const typed = args.includes(field) && named ? argumentOf(named).name : `--${flagName(field)}`;
  const value = input[field];
  const shown = typeof value === 'object' ? '' : ` '${String(value)}'`;
  const reason = `${typed}${shown} ${issue.message}`;
  throw new SlothError('usage.invalid', { reason, command: path.join(' ') });
}

function fieldsOf(schema: Schema): readonly Field[] {
  const { entries = {} } = schema as { readonly entries?: Readonly<Record<string, Schema>> };
  return Object.entries(entries).map(([name, entry]) => {
    const isOptional = entry.type === 'optional';
    const own = isOptional ? (entry as unknown as { readonly wrapped: Schema }).wrapped : entry;
    const { placeholder = '' } = v.getMetadata(own) as { readonly placeholder?: string };
    return {
      name,
      kind: kindOf(own.type),
      isOptional,
      help: v.getDescription(own) ?? '',
      placeholder,
      complete: completionOf(name, own),
    };
  });
}

/** What a value is completed with: the names of stacks, or the words that it may be one of. */
function completionOf(name: string, schema: Schema): Completion | undefined {
  if (name === 'stack') return 'stack';
  return schema.type === 'picklist'
    ? (schema as unknown as { readonly options: readonly string[] }).options
    : undefined;
}

function kindOf(type: string): Field['kind'] {
  return type === 'boolean' || type === 'number' || type === 'array' ? type : 'text';
}

function argumentOf({ name, help, isOptional, kind, placeholder, complete }: Field): ArgumentSpec {
  return {
    name: placeholder || name.toUpperCase(),
    help,
    ...(isOptional ? { optional: true } : {}),
    ...(kind === 'array' ? { variadic: true } : {}),
    ...(complete === undefined ? {} : { complete }),
  };
}

function flagOf({ kind, help, placeholder, complete }: Field): FlagSpec {
  return {
    type: kind === 'boolean' ? 'boolean' : 'string',
    help,
    ...(placeholder === '' ? {} : { placeholder }),
    ...(kind === 'array' ? { multiple: true } : {}),
    ...(complete === undefined ? {} : { complete }),
  };
}

/** `locked_by` is typed as `--locked-by`. */
function flagName(field: string): string {
  return field.replaceAll('_', '-');
}

/** What was typed, as the operation names it; a text of digits is a number where one is meant. */
function inputOf(
  args: readonly Field[],
  flags: readonly Field[],
  typed: CommandInput,
  read: OperationCommand<Schema, Schema, Schema>['read'] = {},
): Record<string, unknown> {
  const given = [
    ...args.map((field, index): [Field, unknown] => [field, argumentValue(field, typed, index)]),
    ...flags.map((field): [Field, unknown] => [field, typed.flags[flagName(field.name)]]),
  ];
  return Object.fromEntries(
    given
      .filter(([, value]) => value !== undefined)
      .map(([{ name, kind }, value]) => {
        const own = read[name];
        if (own !== undefined && typeof value === 'string') return [name, own(value, typed)];
        return [name, kind === 'number' ? numberOf(value) : value];
      }),
  );
}

function argumentValue({ kind }: Field, { args }: CommandInput, index: number): unknown {
  return kind === 'array' ? args.slice(index) : args[index];
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}
