import { ExitStatus, errorSpec } from '../ErrorSpec.ts';

const failed = { exit: ExitStatus.failed, http: 422 } as const;

/** A workflow file that can't be read, understood or executed. */
export const workflowErrors = {
  'workflow.file_unreadable': errorSpec<{ file: string; reason: string }>({
    exit: ExitStatus.notFound,
    http: 404,
    what: ({ file }) => `the workflow file ${file} can't be read`,
    why: ({ reason }) => reason,
    todo: () => 'check the path given with --file',
  }),
  'workflow.unknown_language': errorSpec<{ file: string }>({
    ...failed,
    what: ({ file }) => `${file} is no workflow file`,
    why: () => 'its name ends in neither .sloth (Lua), .sloth.ts, .ts, .mts nor .js, .mjs',
    todo: () => 'rename it, or pass another file with --file',
  }),
  'workflow.syntax': errorSpec<{ reason: string }>({
    ...failed,
    what: () => 'the workflow file has a syntax error',
    why: ({ reason }) => reason,
    todo: () => 'correct the line shown',
  }),
  'workflow.load_failed': errorSpec<{ reason: string }>({
    ...failed,
    what: () => 'the workflow file failed while it was loaded',
    why: ({ reason }) => reason,
    todo: () => 'correct the line shown',
  }),
  'workflow.invalid': errorSpec<{ reason: string; hint: string }>({
    ...failed,
    what: () => 'the workflow definition is not valid',
    why: ({ reason }) => reason,
    todo: ({ hint }) => hint,
  }),
  'workflow.none_defined': errorSpec<{ file: string }>({
    ...failed,
    what: ({ file }) => `${file} defines no workflow`,
    why: () => 'nothing in it calls workflow.define(name)',
    todo: () => 'define one: workflow.define("name"):tasks({ … })',
  }),
  'workflow.not_in_file': errorSpec<{ name: string; file: string; names: readonly string[] }>({
    exit: ExitStatus.notFound,
    http: 404,
    what: ({ name, file }) => `${file} defines no workflow '${name}'`,
    why: ({ names }) => `it defines ${names.map((each) => `'${each}'`).join(', ')}`,
    todo: ({ names }) => `name one of them: sloth-runner run ${names[0] ?? 'NAME'} --file …`,
  }),
  'workflow.name_needed': errorSpec<{ file: string; names: readonly string[] }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ file, names }) => `${file} defines ${names.length} workflows`,
    why: ({ names }) => `it is not clear which to run: ${names.join(', ')}`,
    todo: ({ names }) => `name one of them: sloth-runner run ${names[0] ?? 'NAME'} --file …`,
  }),
  'workflow.module_missing': errorSpec<{ name: string }>({
    ...failed,
    what: ({ name }) => `there is no module '${name}'`,
    why: () => 'it is neither built in nor a file beside the workflow',
    todo: () => 'check its name, or put the file beside the workflow',
  }),
  'workflow.values_invalid': errorSpec<{ where: string; reason: string }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ where }) => `${where} can't be read as values`,
    why: ({ reason }) => reason,
    todo: () => 'values are a YAML or JSON table; single ones are given as key=value',
  }),
  'validation.failed': errorSpec<{ stack: string; findings: readonly string[] }>({
    ...failed,
    what: ({ stack }) => `stack '${stack}' is not fit to run`,
    why: ({ findings }) => findings.join('; '),
    todo: ({ stack }) =>
      `fix these issues; look again with: sloth-runner stack validate ${stack} --file …`,
  }),
  'task.failed': errorSpec<{ task: string; reason: string }>({
    ...failed,
    what: ({ task }) => `task '${task}' failed`,
    why: ({ reason }) => reason,
    todo: () => 'correct the cause, then go on with: sloth-runner run … --resume',
  }),
  'task.code_failed': errorSpec<{ reason: string }>({
    ...failed,
    what: () => 'the code of the task raised an error',
    why: ({ reason }) => reason,
    todo: () => 'correct the line shown',
  }),
  'task.timed_out': errorSpec<{ after: string }>({
    ...failed,
    http: 504,
    what: ({ after }) => `timed out after ${after}`,
    why: () => '',
    todo: () => 'give it more time with :timeout("…"), or make it faster',
  }),
  'host.not_in_task': errorSpec<{ name: string }>({
    ...failed,
    what: ({ name }) => `${name} can only be called while a task runs`,
    why: () => 'the top level of a workflow file only declares; no stack is open yet',
    todo: () => 'call it inside a task function',
  }),
  'host.call_failed': errorSpec<{ name: string; reason: string }>({
    ...failed,
    what: ({ name }) => `${name} failed`,
    why: ({ reason }) => reason,
    todo: () => 'correct the cause named, or handle the error in the workflow',
  }),
  'value.not_json': errorSpec<{ where: string; reason: string }>({
    ...failed,
    what: ({ where }) => `${where} is not a JSON value`,
    why: ({ reason }) => reason,
    todo: () => 'use strings, numbers, booleans, lists and tables of them',
  }),
};
