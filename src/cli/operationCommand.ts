import * as v from 'valibot';
import type { Operation, Schema } from '../sdk/operations/Operation.ts';
import { SlothError } from '../sdk/presentation.ts';
import type { Runner } from '../sdk/Runner.ts';
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
  /** Flags that are more than a field by its own name, or none of its fields; in their order, after all others. */
  readonly flags?: Readonly<Record<string, FlagSpec | FieldFlag>>;
  readonly examples?: readonly string[];
  /** How fields are read that are not written as they are meant. */
  readonly read?: Readonly<Record<string, (text: string, typed: CommandInput) => unknown>>;
  /** Whether it only looks, so that nothing is created, recovered or migrated for it. */
  readonly isReadOnly?: (typed: CommandInput) => boolean;
  /** What comes before it, as a look or a question; a status that it gives ends the command there. */
  readonly before?: (asked: Asked<v.InferOutput<I>>) => Promise<number | undefined>;
  /** The answer for people; `--json` prints it as it is. A text is one value: scripts get it byte for byte. */
  readonly render: (
    output: v.InferInput<O>,
    paint: Paint,
    typed: CommandInput,
  ) => readonly string[] | string;
  /** The exit status that an answer means; 0 where it is left out. */
  readonly status?: (output: v.InferInput<O>, typed: CommandInput) => number;
  /** What is worth saying before it begins. */
  readonly announce?: (input: Readonly<Record<string, unknown>>, paint: Paint) => readonly string[];
  /** What is under way, as a line; `undefined` where it is not worth one. */
  readonly tell?: (message: v.InferOutput<P>) => string | undefined;
  /** Where what comes is the answer itself: each message on standard output, as a line of JSON with `--json`. */
  readonly follow?: (message: v.InferOutput<P>, paint: Paint) => string;
}

/** A flag for a field: under another name, or with a letter. */
export interface FieldFlag {
  readonly field: string;
  readonly short?: string;
}

/** What is known before an operation is asked for. */
export interface Asked<I> {
  readonly context: CommandContext;
  readonly runner: Runner;
  readonly input: I;
  readonly typed: CommandInput;
  /** Whether somebody reads along: neither `--json` nor `--quiet`. */
  readonly isForPeople: boolean;
}

/** A field of an input, as help and parsing need it. */
interface Field {
  readonly name: string;
  /** As it is typed: `--locked-by`. */
  readonly flag: string;
  readonly short: string | undefined;
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
  const fields = fieldsOf(operation.input, command.flags);
  const named = (name: string): Field => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new Error(`'${operation.id}' has no field '${name}'`);
    return field;
  };
  const listed = Object.entries(command.flags ?? {}).map(([name, flag]): [string, FlagSpec] => [
    name,
    'field' in flag ? flagOf(named(flag.field)) : flag,
  ]);
  const given = fields.filter(({ name }) => !args.includes(name));
  const own = given.map((each): [string, FlagSpec] => [each.flag, flagOf(each)]);
  const isListed = (name: string): boolean => listed.some(([each]) => each === name);
  const flags = [...own.filter(([name]) => !isListed(name)), ...listed];
  const details = command.details ?? operation.details;
  return {
    path,
    ...(aliases === undefined ? {} : { aliases }),
    summary: operation.summary,
    ...(details === undefined ? {} : { details }),
    args: args.map((name) => argumentOf(named(name))),
    flags: Object.fromEntries(flags),
    ...(examples === undefined ? {} : { examples }),
    run: async (context, typed) => {
      const input = inputOf(args.map(named), given, typed, command.read);
      const output = await ask(command, { context, typed, input, fields });
      if (typeof output === 'number') return output;
      if (command.follow !== undefined) return 0;
      const { answer } = output;
      if (isSet(typed, 'json')) printJson(context, answer);
      // What was only looked at was asked for: then there is nothing else that could be left out.
      else if (operation.effect === 'read' || !isSet(typed, 'quiet')) {
        const shown = command.render(answer, context.terminal.paint, typed);
        if (typeof shown === 'string') context.terminal.value(`${shown}\n`);
        else printLines(context, shown);
      }
      return command.status?.(answer, typed) ?? 0;
    },
  };
}

interface Question {
  readonly context: CommandContext;
  readonly typed: CommandInput;
  readonly input: Readonly<Record<string, unknown>>;
  readonly fields: readonly Field[];
}

/** The answer; or a status, where it ended before it was asked for. */
async function ask<I extends Schema, O extends Schema, P extends Schema>(
  command: OperationCommand<I, O, P>,
  { context, typed, input, fields }: Question,
): Promise<number | { readonly answer: v.InferInput<O> }> {
  const { operation, announce, tell, follow } = command;
  const { terminal, signal } = context;
  const isForPeople = !isSet(typed, 'json') && !isSet(typed, 'quiet');
  const checked = refuseBad(command, fields, input);
  const isReadOnly = command.isReadOnly?.(typed) === true;
  const runner = await context.open(isReadOnly ? { readOnly: true } : {});
  if (isForPeople && announce) printLines(context, announce(input, terminal.paint));
  const asked = { context, runner, input: checked, typed, isForPeople };
  const status = await command.before?.(asked);
  if (status !== undefined) return status;
  const closed = new AbortController();
  const answer = await runner.call(operation, input, {
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
  return { answer };
}

/** Refuses a wrong value by the name that it was typed under, before anything is opened. */
function refuseBad<I extends Schema, O extends Schema, P extends Schema>(
  { operation, path, args = [] }: OperationCommand<I, O, P>,
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
): v.InferOutput<I> {
  const checked = v.safeParse(operation.input, input, { abortEarly: true });
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const name = (v.getDotPath(issue) ?? '').split('.')[0] ?? '';
  const field = fields.find((each) => each.name === name);
  const typed = args.includes(name) ? argumentName(field) : `--${field?.flag}`;
  const value = input[name];
  const shown = typeof value === 'object' ? '' : ` '${String(value)}'`;
  const reason = name in input ? `${typed}${shown} ${issue.message}` : missing();
  throw new SlothError('usage.invalid', { reason, command: path.join(' ') });

  function missing(): string {
    return field === undefined
      ? issue.message
      : `the flag --${field.flag} is missing: ${field.help}`;
  }
}

function fieldsOf(
  schema: Schema,
  flags: Readonly<Record<string, FlagSpec | FieldFlag>> = {},
): readonly Field[] {
  const { entries = {} } = schema as { readonly entries?: Readonly<Record<string, Schema>> };
  const named = Object.entries(flags).flatMap(([flag, each]) =>
    'field' in each ? [{ flag, ...each }] : [],
  );
  return Object.entries(entries).map(([name, entry]) => {
    const isOptional = entry.type === 'optional';
    const own = isOptional ? (entry as unknown as { readonly wrapped: Schema }).wrapped : entry;
    const { placeholder = '' } = v.getMetadata(own) as { readonly placeholder?: string };
    const typed = named.find(({ field }) => field === name);
    return {
      name,
      flag: typed?.flag ?? name.replaceAll('_', '-'),
      short: typed?.short,
      kind: kindOf(own.type),
      isOptional,
      help: v.getDescription(own) ?? '',
      placeholder,
      complete: completionOf(own),
    };
  });
}

/** What a value is completed with: names of the sort that it says, or the words that it may be one of. */
function completionOf(schema: Schema): Completion | undefined {
  const { complete } = v.getMetadata(schema) as { readonly complete?: Completion };
  if (complete !== undefined || schema.type !== 'picklist') return complete;
  return (schema as unknown as { readonly options: readonly string[] }).options;
}

function kindOf(type: string): Field['kind'] {
  return type === 'boolean' || type === 'number' || type === 'array' ? type : 'text';
}

/** As help calls an argument: `STACK`. */
function argumentName(field: Field | undefined): string {
  return field?.placeholder || (field?.name ?? '').toUpperCase();
}

function argumentOf(field: Field): ArgumentSpec {
  const { help, isOptional, kind, complete } = field;
  return {
    name: argumentName(field),
    help,
    ...(isOptional ? { optional: true } : {}),
    ...(kind === 'array' ? { variadic: true } : {}),
    ...(complete === undefined ? {} : { complete }),
  };
}

function flagOf({ kind, help, placeholder, short, complete }: Field): FlagSpec {
  return {
    type: kind === 'boolean' ? 'boolean' : 'string',
    ...(short === undefined ? {} : { short }),
    help,
    ...(placeholder === '' ? {} : { placeholder }),
    ...(kind === 'array' ? { multiple: true } : {}),
    ...(complete === undefined ? {} : { complete }),
  };
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
    ...flags.map((field): [Field, unknown] => [field, typed.flags[field.flag]]),
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
