import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, runInThisContext } from 'node:vm';
import type { ActionResult, CallOptions, WorkflowProgram } from '../../../model/host.ts';
import type { Action, TaskArguments, TaskDefinition } from '../../../model/workflow.ts';
import { createTypeScriptLoader } from '../createTypeScriptLoader.ts';
import { type SketchedHost, sketchHost } from './sketchHost.ts';

/** The runtime's own `import`, which the test runner replaces by one that knows no module hooks. */
const importModule = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<unknown>;

const load = createTypeScriptLoader({
  wordsUrl: new URL('../words.ts', import.meta.url).href,
  hooksUrl: new URL('../modules/threadHooks.ts', import.meta.url).href,
  importModule,
});

/** A folder with workflow files, and the ways to load and call them. */
export interface Sketch extends SketchedHost {
  readonly folder: string;
  readonly path: (name: string) => string;
  /** Loads one of the files, `flow.sloth.ts` unless said otherwise. */
  readonly load: (name?: string) => Promise<WorkflowProgram>;
  /** Loads the file and calls the command of its first task. */
  readonly runFirst: (options?: CallOptions) => Promise<ActionResult>;
  readonly dispose: () => Promise<void>;
}

/** Puts workflow files into a new temporary folder. In: texts by file name. */
export async function sketchWorkflow(files: Readonly<Record<string, string>>): Promise<Sketch> {
  const folder = await mkdtemp(join(tmpdir(), 'sloth-flow-'));
  const path = (name: string): string => join(folder, name);
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text);
  const sketched = sketchHost(folder);
  const programs: WorkflowProgram[] = [];
  const loadFile = async (name = 'flow.sloth.ts'): Promise<WorkflowProgram> => {
    const program = await load(path(name), sketched.host);
    programs.push(program);
    return program;
  };
  return {
    ...sketched,
    folder,
    path,
    load: loadFile,
    async runFirst(options) {
      const program = await loadFile();
      const action = firstTask(program).command;
      return callAction(program, action, sketched, options);
    },
    async dispose() {
      for (const program of programs) await program.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The first task of the first workflow. */
export function firstTask(program: WorkflowProgram): TaskDefinition {
  const task = program.workflows[0]?.tasks[0];
  if (task === undefined) throw new Error('the workflow has no task');
  return task;
}

/** Calls a function of a program with plain arguments. */
export function callAction(
  program: WorkflowProgram,
  action: Action | null,
  { host }: SketchedHost,
  options?: CallOptions,
): Promise<ActionResult> {
  if (action?.kind !== 'function') throw new Error('the action is no function');
  const args: TaskArguments = {
    self: {
      name: 'first',
      description: '',
      workflow: 'flow',
      stack: 'demo',
      execution: 'x1',
      attempt: 1,
      workdir: host.workdir,
    },
    params: host.params,
    deps: { before: { message: 'built', outputs: { port: 80 }, output: 'text' } },
  };
  return program.call(action, args, host, options);
}
