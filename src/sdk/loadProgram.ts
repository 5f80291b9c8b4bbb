import { extname } from 'node:path';
import { SlothError } from '../errors/SlothError.ts';
import type { LoadWorkflow, WorkflowProgram } from '../model/host.ts';
import type { WorkflowDefinition } from '../model/workflow.ts';

const SCRIPTS: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Loads a workflow file by its ending; each language is loaded only when it is needed.
 *
 * Lua gives way by itself, and runs here. JavaScript does not: it runs in a thread, which costs a start of
 * some 50 ms, and which can be ended.
 */
export const loadProgram: LoadWorkflow = async (file, host, options) => {
  const ending = extname(file);
  if (ending === '.sloth' || ending === '.lua') {
    const { loadLuaWorkflow } = await import('../dsl/lua/loadLuaWorkflow.ts');
    return loadLuaWorkflow(file, host, options);
  }
  if (!SCRIPTS.includes(ending)) throw new SlothError('workflow.unknown_language', { file });
  const { createThreadLoader } = await import('../dsl/thread/loadInThread.ts');
  return createThreadLoader(engineThreadUrl())(file, host, options);
};

/** As source or built. */
function engineThreadUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './engine/engineThread.ts' : './engineThread.cjs', import.meta.url);
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
