import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hasCode, SlothError } from '../../errors/SlothError.ts';
import { bytesToText } from '../../model/bytes.ts';
import type { ActionResult, CallOptions, LoadWorkflow, TaskHost } from '../../model/host.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Outcome, TaskArguments, TaskResult } from '../../model/workflow.ts';
import { taskKeys } from '../definition/buildTask.ts';
import { workflowKeys } from '../definition/buildWorkflow.ts';
import { builtInModules } from './builtInModules.ts';
import { collectWorkflows } from './collectWorkflows.ts';
import { createLuaMachine, type LuaMachine, type ThreadHost } from './createLuaMachine.ts';
import { asyncCalls, syncCalls } from './hostCalls.ts';
import { REGISTRY } from './LuaState.ts';
import { runPattern } from './patterns/runPattern.ts';
import { builderPrelude } from './prelude/builders.ts';
import { corePrelude } from './prelude/core.ts';
import { failurePrelude } from './prelude/failures.ts';
import { helperPrelude } from './prelude/helpers.ts';
import { modulePrelude } from './prelude/modules.ts';
import { patternPrelude } from './prelude/patterns.ts';
import { strictPrelude } from './prelude/strict.ts';
import { systemPrelude } from './prelude/system.ts';
import { toActionResult } from './toActionResult.ts';

/**
 * Loads a Lua workflow file: one engine for the file, one Lua thread for each call into it.
 *
 * Rejects with `workflow.file_unreadable`, `workflow.syntax`, `workflow.load_failed` or
 * `workflow.invalid`, each but the first with file, line and the line's text.
 */
export const loadLuaWorkflow: LoadWorkflow = async (path, host, options = {}) => {
  const file = resolve(path);
  const text = await readText(file);
  const machine = await createLuaMachine();
  try {
    prepare(machine, host);
    const { signal } = options;
    await runTopLevel(machine, file, text, threadHost(machine, host, file, signal), options);
    const workflows = collectWorkflows(machine, file);
    machine.setGlobal('__tasks_run', true);
    return {
      file,
      workflows,
      call: (handle, args, taskHost, bounds = {}) =>
        machine.run(
          (L) => pushInvocation(machine, L, handle.id, args),
          (L, count) => readResult(machine, L, count),
          threadHost(machine, taskHost, file, bounds.signal),
          bounds,
        ),
      close: async () => machine.close(),
    };
  } catch (error) {
    machine.close();
    throw error;
  }
};

async function readText(file: string): Promise<string> {
  try {
    return bytesToText(await readFile(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('workflow.file_unreadable', { file, reason }, { cause });
  }
}

function prepare(machine: LuaMachine, host: TaskHost): void {
  machine.setGlobal('__task_keys', [...taskKeys]);
  machine.setGlobal('__workflow_keys', [...workflowKeys]);
  machine.setGlobal('__modules', [...builtInModules]);
  machine.setGlobal('values', { ...host.values });
  machine.setGlobal('params', { ...host.params });
  machine.runPrelude('core', corePrelude);
  machine.runPrelude('failures', failurePrelude);
  machine.runPrelude('patterns', patternPrelude);
  machine.runPrelude('builders', builderPrelude);
  machine.runPrelude('modules', modulePrelude);
  machine.runPrelude('helpers', helperPrelude);
  machine.runPrelude('system', systemPrelude);
  machine.runPrelude('strict', strictPrelude);
}

/** Errors of the top level are errors of loading, whatever they would be called in a task. */
async function runTopLevel(
  machine: LuaMachine,
  file: string,
  text: string,
  host: ThreadHost,
  options: CallOptions,
): Promise<void> {
  const push = (L: number): number => {
    machine.compile(L, file, text);
    return 0;
  };
  try {
    await machine.run(push, () => undefined, host, options);
  } catch (error) {
    if (options.signal?.aborted) throw new SlothError('workflow.load_stopped', { file });
    if (!hasCode(error, 'task.code_failed')) throw error;
    const { source, cause, details } = error;
    throw new SlothError('workflow.load_failed', details, { cause, ...(source ? { source } : {}) });
  }
}

function threadHost(
  machine: LuaMachine,
  host: TaskHost,
  file: string,
  signal: AbortSignal | undefined,
): ThreadHost {
  const sync = {
    ...syncCalls(host),
    // A file that the workflow loads itself: errors in it must point into it.
    'source.add': (path: JsonValue | undefined, text: JsonValue | undefined) => {
      const loaded = resolve(host.workdir, String(path));
      machine.sources.add(loaded, String(text));
      return machine.sources.chunkName(loaded);
    },
  };
  const calls = {
    ...asyncCalls(host, file),
    'pattern.run': (...args: readonly (JsonValue | undefined)[]) => runPattern(args, signal),
  };
  return { async: calls, sync };
}

function pushInvocation(machine: LuaMachine, L: number, id: number, args: TaskArguments): number {
  const { api, marshal } = machine;
  api.lua_getglobal(L, '__invoke');
  api.lua_rawgeti(L, REGISTRY, BigInt(id));
  marshal.push(L, { ...args.self });
  marshal.push(L, { ...args.params });
  marshal.push(L, dependencies(args));
  marshal.push(L, told(args.outcome));
  return 5;
}

/** What a function is told of an end, as the prelude hands it on. */
function told(outcome: Outcome | undefined): JsonObject {
  switch (outcome?.kind) {
    case undefined:
      return {};
    case 'completed':
      return { kind: 'completed', result: dependency(outcome.result) };
    case 'failed':
      return { kind: 'failed', error: outcome.error };
    case 'ended': {
      const results = Object.entries(outcome.results).map(([name, each]): [string, JsonObject] => [
        name,
        { ...each, outputs: { ...each.outputs } },
      ]);
      return { kind: 'ended', success: outcome.success, results: Object.fromEntries(results) };
    }
  }
}

function dependencies(args: TaskArguments): JsonObject {
  const deps = Object.entries(args.deps).map(([name, result]) => [name, dependency(result)]);
  return Object.fromEntries(deps) as JsonObject;
}

function dependency({ message, output, outputs, isCut }: TaskResult): JsonObject {
  return { message, output, outputs: { ...outputs }, is_cut: isCut === true };
}

function readResult(machine: LuaMachine, L: number, count: number): ActionResult {
  const first = machine.api.lua_gettop(L) - count + 1;
  const values: (JsonValue | undefined)[] = [];
  for (let index = 0; index < Math.min(count, 3); index++) {
    values.push(machine.marshal.read(L, first + index, `return value ${index + 1}`));
  }
  return toActionResult(values);
}
