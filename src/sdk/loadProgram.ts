import { extname } from 'node:path';
import { SlothError } from '../errors/SlothError.ts';
import type { LoadWorkflow, TaskHost, WorkflowProgram } from '../model/host.ts';
import type { WorkflowDefinition } from '../model/workflow.ts';
import { importerOptions } from './importerOptions.ts';

const SCRIPTS: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];

/** Loads a workflow file by its ending; each language is loaded only when it is needed. */
export async function loadProgram(file: string, host: TaskHost): Promise<WorkflowProgram> {
  const ending = extname(file);
  if (ending === '.sloth' || ending === '.lua') {
    const { loadLuaWorkflow } = await import('../dsl/lua/loadLuaWorkflow.ts');
    return loadLuaWorkflow(file, host);
  }
  if (SCRIPTS.includes(ending)) {
    loadScript ??= await createScriptLoader();
    return loadScript(file, host);
  }
  throw new SlothError('workflow.unknown_language', { file });
}

/** The workflow to run, and whether it is another one than was named. */
export function selectWorkflow(
  program: WorkflowProgram,
  name: string | undefined,
): { readonly definition: WorkflowDefinition; readonly other: boolean } {
  const { workflows, file } = program;
  const named = workflows.find((each) => each.name === name);
  if (named !== undefined) return { definition: named, other: false };
  const [only] = workflows;
  if (only !== undefined && workflows.length === 1) {
    return { definition: only, other: name !== undefined };
  }
  const names = workflows.map((each) => each.name);
  if (name === undefined) throw new SlothError('workflow.name_needed', { file, names });
  throw new SlothError('workflow.not_in_file', { name, file, names });
}

/** One for the whole process: its module hooks stay installed. */
let loadScript: LoadWorkflow | undefined;

async function createScriptLoader(): Promise<LoadWorkflow> {
  const { createTypeScriptLoader } = await import('../dsl/typescript/createTypeScriptLoader.ts');
  return createTypeScriptLoader(importerOptions());
}
