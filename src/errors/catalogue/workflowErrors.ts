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
    todo: ({ file }) =>
      /\.m?[tj]s$/.test(file)
        ? "define one: workflow.define('name').tasks([…])"
        : 'define one: workflow.define("name"):tasks({ … })',
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
  'task.output_cut': errorSpec<{ task: string }>({
    ...failed,
    what: ({ task }) => `the output of task '${task}' is not there as a whole`,
    why: () => 'it printed more than is kept; the middle was left out',
    todo: () => 'have it leave a file, as an artifact, or give what others need as its outputs',
  }),
  'task.timed_out': errorSpec<{ after: string }>({
    ...failed,
    http: 504,
    what: ({ after }) => `timed out after ${after}`,
    why: () => '',
    todo: () => 'give it more time with :timeout("…"), or make it faster',
  }),
  'workflow.load_stopped': errorSpec<{ file: string }>({
    what: ({ file }) => `Loading ${file} was stopped`,
    why: () => 'it was stopped from outside before the file was read to its end; nothing was run',
    todo: () => 'a loop at the top level of the file may never end',
    exit: ExitStatus.failed,
    http: 499,
  }),
  'task.exited': errorSpec<{ status: number }>({
    what: ({ status }) => `The code of the workflow ended its own thread (exit status ${status})`,
    why: () => 'it, or a library that it uses, called process.exit',
    todo: () => 'return false, or throw an error, to fail; return to succeed',
    exit: ExitStatus.failed,
    http: 422,
  }),
  'task.engine_ended': errorSpec<Record<never, never>>({
    what: () => 'The code of the workflow was ended while this ran in it',
    why: () =>
      'a function beside it did not stop when its time was up, and could only be ended with all',
    todo: () => 'run again; give the function that takes too long something to wait for',
    exit: ExitStatus.failed,
    http: 500,
  }),
  'task.uncaught': errorSpec<{ reason: string }>({
    what: ({ reason }) => `An error that no code of the workflow caught: ${reason}`,
    why: () => 'it came from a timer, an event, or a promise that nobody waits for',
    todo: () => 'await the promise, or catch the error where it arises',
    exit: ExitStatus.failed,
    http: 422,
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
  'exec.no_workdir': errorSpec<{ workdir: string; of: string; reason: string }>({
    ...failed,
    what: ({ workdir, of, reason }) => `the working directory ${workdir}${of} ${reason}`,
    why: () => '',
    todo: () => 'make it first, or correct the path; it is relative to the workflow file',
  }),
  'exec.no_user': errorSpec<{ user: string; kind: 'user' | 'group' }>({
    ...failed,
    what: ({ user, kind }) => `there is no ${kind} '${user}' on this machine`,
    why: () => '',
    todo: () => 'name one that is there, by its name or its number: "deploy", "1000", "deploy:ops"',
  }),
  'exec.no_setpriv': errorSpec<{ user: string }>({
    ...failed,
    what: ({ user }) => `nothing can be run as '${user}' with the groups that this user is in`,
    why: () => 'the program setpriv is not there to set them',
    todo: () => 'install util-linux',
  }),
  'exec.output_too_large': errorSpec<{ stream: string; limit: string }>({
    ...failed,
    what: ({ stream, limit }) => `the program printed more than ${limit} to ${stream}`,
    why: () => 'it was ended: what is cut must not be taken for the whole',
    todo: ({ stream }) =>
      `have it written to a file (${stream}_file = "…"), raise max_output, or leave it (keep_output = false)`,
  }),
  'exec.too_large': errorSpec<{ what: string; bytes: number; most: number }>({
    ...failed,
    what: ({ what }) => `${what} is too large to be handed to a program`,
    why: ({ bytes, most }) => `it has ${bytes} bytes; the system takes ${most} at the most`,
    todo: () => 'hand it over on stdin, or in a file',
  }),
  'value.not_text': errorSpec<{ where: string }>({
    ...failed,
    what: ({ where }) => `${where} is no text`,
    why: () => 'it holds bytes that are not UTF-8',
    todo: () => 'keep bytes in a file, or spell them out, as hexadecimal or in base64',
  }),
  'value.not_json': errorSpec<{ where: string; reason: string }>({
    ...failed,
    what: ({ where }) => `${where} is not a JSON value`,
    why: ({ reason }) => reason,
    todo: () => 'use strings, numbers, booleans, lists and tables of them',
  }),
};
