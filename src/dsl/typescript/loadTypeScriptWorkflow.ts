import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import { formatDuration } from '../../model/duration.ts';
import type {
  ActionResult,
  CallOptions,
  LoadWorkflow,
  TaskHost,
  WorkflowProgram,
} from '../../model/host.ts';
import type { FunctionHandle, TaskArguments, WorkflowDefinition } from '../../model/workflow.ts';
import { buildTask } from '../definition/buildTask.ts';
import { buildWorkflow } from '../definition/buildWorkflow.ts';
import type { RawDefinition } from '../definition/RawDefinition.ts';
import { type DependencyResult, snakeCase, TaskBuilder, type TaskFunction } from './builders.ts';
import { findPosition } from './callerPosition.ts';
import { dslSlot } from './dslSlot.ts';
import { installModuleHooks } from './moduleHooks.ts';
import { toActionResult } from './toActionResult.ts';

/** Loads are one after the other: the words of a file know only one load in progress. */
let turn: Promise<unknown> = Promise.resolve();
let loads = 0;

/**
 * Makes the loader of workflow files in TypeScript and JavaScript. `wordsUrl` is the module that
 * `import … from "sloth-runner"` means in such a file.
 */
export function createTypeScriptLoader(wordsUrl: string): LoadWorkflow {
  return (path, host) => {
    const loaded = turn.then(() => load(resolve(path), host, wordsUrl));
    turn = loaded.catch(() => {});
    return loaded;
  };
}

async function load(file: string, host: TaskHost, wordsUrl: string): Promise<WorkflowProgram> {
  if (!existsSync(file)) {
    throw new SlothError('workflow.file_unreadable', { file, reason: 'there is no such file' });
  }
  installModuleHooks(wordsUrl);
  const functions: TaskFunction[] = [];
  const registered = await evaluate(file, host);
  if (registered.length === 0) {
    throw new SlothError('workflow.none_defined', { file }, { source: { file, line: 1 } });
  }
  return {
    file,
    workflows: registered.map((raw) => toWorkflow(raw, functions)),
    call: (handle, args, taskHost, options = {}) =>
      callFunction(file, functions[handle.id], args, taskHost, options),
    close: async () => {},
  };
}

/** Runs the file's top level, and gives what it defined. */
async function evaluate(file: string, host: TaskHost): Promise<RawDefinition[]> {
  const slot = dslSlot();
  const workflows: RawDefinition[] = [];
  slot.loading = { file, host, workflows };
  try {
    // A query makes it another module each time, so that a file loaded twice is evaluated twice.
    await import(`${pathToFileURL(file).href}?load=${++loads}`);
    return workflows;
  } catch (thrown) {
    throw loadFailure(file, thrown);
  } finally {
    slot.loading = null;
  }
}

function toWorkflow(raw: RawDefinition, functions: TaskFunction[]): WorkflowDefinition {
  const fields = withHandles(raw.fields, functions);
  for (const key of ['config', 'requires']) fields[key] = snakeKeys(fields[key]);
  const given = raw.fields.tasks ?? [];
  const tasks = (Array.isArray(given) ? given : [given]).map((each: unknown) => {
    if (each instanceof TaskBuilder || isForeignBuilder(each)) {
      return buildTask({ ...each.raw, fields: withHandles(each.raw.fields, functions) });
    }
    const reason = `one of the tasks of workflow '${String(raw.name)}' is no task`;
    const hint = "list what task('name') gives";
    throw new SlothError('workflow.invalid', { reason, hint }, { source: raw.at });
  });
  return buildWorkflow({ ...raw, fields }, tasks);
}

/** A task that was built by another copy of the package. */
function isForeignBuilder(value: unknown): value is { readonly raw: RawDefinition } {
  return typeof value === 'object' && value !== null && 'raw' in value;
}

function withHandles(
  fields: Readonly<Record<string, unknown>>,
  functions: TaskFunction[],
): Record<string, unknown> {
  const pairs = Object.entries(fields).map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'function' ? handleOf(value as TaskFunction, functions) : value,
  ]);
  return Object.fromEntries(pairs);
}

function handleOf(body: TaskFunction, functions: TaskFunction[]): FunctionHandle {
  return { kind: 'function', id: functions.push(body) - 1 };
}

function snakeKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [snakeCase(key), each]));
}

/**
 * Calls a function with its task's host at hand. Its time is up when the deadline passes while it
 * waits for something; a loop that never waits can't be ended within one JavaScript process.
 */
async function callFunction(
  file: string,
  body: TaskFunction | undefined,
  args: TaskArguments,
  host: TaskHost,
  options: CallOptions,
): Promise<ActionResult> {
  if (body === undefined) throw new SlothError('internal.bug', { reason: 'an unknown function' });
  const end = endOf(options);
  try {
    const returned = dslSlot().hosts.run(host, async () =>
      body(args.self, args.params, depsOf(args)),
    );
    return toActionResult(await Promise.race([returned, end.promise]));
  } catch (thrown) {
    throw codeFailure(file, thrown);
  } finally {
    end.dispose();
  }
}

function depsOf(args: TaskArguments): Record<string, DependencyResult> {
  const pairs = Object.entries(args.deps).map(([name, result]): [string, DependencyResult] => [
    name,
    { ...result.outputs, ...result, ok: true },
  ]);
  return Object.fromEntries(pairs);
}

function endOf({ deadline, signal }: CallOptions): {
  readonly promise: Promise<never>;
  readonly dispose: () => void;
} {
  let dispose = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new SlothError('task.timed_out', { after: formatDuration(0) }));
    const timer = deadline === undefined ? undefined : setTimeout(stop, deadline - Date.now());
    signal?.addEventListener('abort', stop, { once: true });
    dispose = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
  });
  // Nobody listens any more once the function has won the race.
  promise.catch(() => {});
  return { promise, dispose };
}

function loadFailure(file: string, thrown: unknown): SlothError {
  const source = positionIn(file, thrown);
  const options = { cause: thrown, ...(source ? { source } : {}) };
  if (isSlothError(thrown)) {
    return thrown.source === undefined
      ? new SlothError(thrown.code, thrown.details, options)
      : thrown;
  }
  const reason = messageOf(thrown);
  const code = isSyntaxError(thrown) ? 'workflow.syntax' : 'workflow.load_failed';
  return new SlothError(code, { reason }, options);
}

function codeFailure(file: string, thrown: unknown): SlothError {
  const source = positionIn(file, thrown);
  const options = { cause: thrown, ...(source ? { source } : {}) };
  if (isSlothError(thrown)) {
    return thrown.source === undefined
      ? new SlothError(thrown.code, thrown.details, options)
      : thrown;
  }
  return new SlothError('task.code_failed', { reason: messageOf(thrown) }, options);
}

/** A syntax error of the file itself, whether Node's parser or the type stripper found it. */
function isSyntaxError(thrown: unknown): boolean {
  if (thrown instanceof SyntaxError) return true;
  const code = (thrown as { code?: unknown } | null)?.code;
  return code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
}

function positionIn(file: string, thrown: unknown): ReturnType<typeof findPosition> {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const inFile = findPosition(stack, (each) => each === file);
  return (
    inFile ??
    findPosition(stack.replaceAll(file, pathToFileURL(file).href), (each) => each === file)
  );
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return (
    thrown.message
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? thrown.name
  );
}
