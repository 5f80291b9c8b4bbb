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
import type { Paint } from './terminal/Terminal.ts';

/** How a command line asks for an operation, and how its answer reads. */
export interface OperationCommand<I extends Schema, O extends Schema, P extends Schema> {
  readonly operation: Operation<I, O, P>;
  readonly path: readonly string[];
  /** The fields of the input that are arguments, in order; all others are flags. */
  readonly args?: readonly string[];
  readonly examples?: readonly string[];
  /** The answer for people; `--json` prints it as it is. */
  readonly render: (output: v.InferInput<O>, paint: Paint) => readonly string[];
  /** What is worth saying before it begins. */
  readonly announce?: (input: Readonly<Record<string, unknown>>, paint: Paint) => readonly string[];
  /** What is under way, as a line; `undefined` where it is not worth one. */
  readonly tell?: (message: v.InferOutput<P>) => string | undefined;
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
  const { operation, path, args = [], examples } = command;
  const fields = fieldsOf(operation.input);
  const named = (name: string): Field => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new Error(`'${operation.id}' has no field '${name}'`);
    return field;
  };
  const flags = fields.filter(({ name }) => !args.includes(name));
  return {
    path,
    summary: operation.summary,
    ...(operation.details === undefined ? {} : { details: operation.details }),
    args: args.map((name) => argumentOf(named(name))),
    flags: Object.fromEntries(flags.map((each) => [flagName(each.name), flagOf(each)])),
    ...(examples === undefined ? {} : { examples }),
    run: async (context, typed) => {
      const input = inputOf(args.map(named), flags, typed);
      const output = await ask(command, context, typed, input);
      if (isSet(typed, 'json')) printJson(context, output);
      else if (!isSet(typed, 'quiet')) {
        printLines(context, command.render(output, context.terminal.paint));
      }
      return 0;
    },
  };
}

async function ask<I extends Schema, O extends Schema, P extends Schema>(
  { operation, path, args = [], announce, tell }: OperationCommand<I, O, P>,
  context: CommandContext,
  typed: CommandInput,
  input: Readonly<Record<string, unknown>>,
): Promise<v.InferInput<O>> {
  const { terminal, signal } = context;
  const isForPeople = !isSet(typed, 'json') && !isSet(typed, 'quiet');
  refuseBad(operation, path, args, input);
  const runner = await context.open();
  if (isForPeople && announce) printLines(context, announce(input, terminal.paint));
  return runner.call(operation, input, {
    signal,
    onProgress: (message) => {
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
  const typed = args.includes(field) ? field.toUpperCase() : `--${flagName(field)}`;
  const reason = `${typed} '${String(input[field])}' ${issue.message}`;
  throw new SlothError('usage.invalid', { reason, command: path.join(' ') });
}

function fieldsOf(schema: Schema): readonly Field[] {
  const { entries = {} } = schema as { readonly entries?: Readonly<Record<string, Schema>> };
  return Object.entries(entries).map(([name, entry]) => {
    const isOptional = entry.type === 'optional';
    const own = isOptional ? (entry as unknown as { readonly wrapped: Schema }).wrapped : entry;
    const { placeholder = '', complete } = v.getMetadata(own) as {
      readonly placeholder?: string;
      readonly complete?: Completion;
    };
    return {
      name,
      kind: kindOf(own.type),
      isOptional,
      help: v.getDescription(own) ?? '',
      placeholder,
      complete,
    };
  });
}

function kindOf(type: string): Field['kind'] {
  return type === 'boolean' || type === 'number' || type === 'array' ? type : 'text';
}

function argumentOf({ name, help, isOptional, kind, complete }: Field): ArgumentSpec {
  return {
    name: name.toUpperCase(),
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
): Record<string, unknown> {
  const given = [
    ...args.map((field, index): [Field, unknown] => [field, argumentValue(field, typed, index)]),
    ...flags.map((field): [Field, unknown] => [field, typed.flags[flagName(field.name)]]),
  ];
  return Object.fromEntries(
    given
      .filter(([, value]) => value !== undefined)
      .map(([{ name, kind }, value]) => [name, kind === 'number' ? numberOf(value) : value]),
  );
}

function argumentValue({ kind }: Field, { args }: CommandInput, index: number): unknown {
  return kind === 'array' ? args.slice(index) : args[index];
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}
