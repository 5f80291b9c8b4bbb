import { access, constants, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import type { LoadWorkflow, WorkflowProgram } from '../../model/host.ts';
import type { FunctionHandle, WorkflowDefinition } from '../../model/workflow.ts';
import { callFunction } from './callFunction.ts';
import { captureConsole } from './captureConsole.ts';
import { createModuleImporter, type ImporterOptions } from './createModuleImporter.ts';
import type { WorkflowDraft } from './Draft.ts';
import { finishDefinitions } from './finishDefinitions.ts';
import { createScope, runInScope } from './Scope.ts';
import type { TaskFunction } from './TaskFunction.ts';
import { toLoadError } from './toLoadError.ts';

/** What a loader needs to know about the program it is a part of. */
export interface LoaderOptions extends ImporterOptions {
  /** Epoch milliseconds, for deadlines. */
  readonly clock?: () => number;
}

/**
 * Makes the loader of workflows in TypeScript (`.ts`, `.mts`) and JavaScript (`.js`, `.mjs`).
 *
 * No build step: types are stripped in place as the files are imported, so enums and parameter
 * properties are refused. Each load evaluates the file and what it imports of the user's own files
 * afresh; the runtime frees none of it before the process ends.
 */
export function createTypeScriptLoader(options: LoaderOptions): LoadWorkflow {
  const { clock = Date.now } = options;
  const importer = createModuleImporter(options);

  return async (file, host) => {
    const path = await findFile(file);
    const shownName = (other: string): string => (other === path || other === '' ? file : other);
    const drafts: WorkflowDraft[] = [];
    const scope = createScope(host, shownName, drafts);
    const releaseConsole = captureConsole();
    const url = importer.urlOf(path);
    try {
      await runInScope(scope, () => importer.import(url));
      const functions = createFunctionTable();
      const workflows = finishDefinitions(drafts, functions.handleOf);
      if (workflows.length === 0) throw new SlothError('workflow.none_defined', { file });
      return createProgram(file, workflows, functions, { shownName, clock, releaseConsole });
    } catch (thrown) {
      releaseConsole();
      throw toLoadError(thrown, scope, url);
    }
  };
}

interface FunctionTable {
  readonly handleOf: (action: TaskFunction) => FunctionHandle;
  readonly get: (handle: FunctionHandle) => TaskFunction | undefined;
}

function createFunctionTable(): FunctionTable {
  const functions: TaskFunction[] = [];
  const handles = new Map<TaskFunction, FunctionHandle>();
  return {
    handleOf(action) {
      const known = handles.get(action);
      if (known !== undefined) return known;
      const handle: FunctionHandle = { kind: 'function', id: functions.push(action) - 1 };
      handles.set(action, handle);
      return handle;
    },
    get: (handle) => functions[handle.id],
  };
}

function createProgram(
  file: string,
  workflows: readonly WorkflowDefinition[],
  functions: FunctionTable,
  parts: {
    readonly shownName: (path: string) => string;
    readonly clock: () => number;
    readonly releaseConsole: () => void;
  },
): WorkflowProgram {
  return {
    file,
    workflows,
    async call(handle, args, host, options = {}) {
      const action = functions.get(handle);
      if (action === undefined) {
        throw new SlothError('internal.bug', { reason: `no function ${handle.id} in ${file}` });
      }
      const scope = createScope(host, parts.shownName);
      return callFunction(action, args, scope, options, parts.clock);
    },
    async close() {
      parts.releaseConsole();
    },
  };
}

/** The real path of a readable file: stacks name that, whatever links led to it. */
async function findFile(file: string): Promise<string> {
  try {
    const path = await realpath(resolve(file));
    await access(path, constants.R_OK);
    return path;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new SlothError('workflow.file_unreadable', { file, reason }, { cause });
  }
}
