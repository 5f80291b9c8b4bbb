import { ExitStatus, errorSpec } from '../ErrorSpec.ts';

const notFound = { exit: ExitStatus.notFound, http: 404 } as const;
const conflict = { exit: ExitStatus.failed, http: 409 } as const;
const usage = { exit: ExitStatus.usage, http: 400 } as const;

/** Stacks that need each other, and the project file that says so. */
export const dependencyErrors = {
  'deps.not_declared': errorSpec<{ stack: string; dependency: string; all: readonly string[] }>({
    ...notFound,
    what: ({ stack, dependency }) => `stack '${stack}' does not depend on '${dependency}'`,
    why: ({ all }) => (all.length > 0 ? `it depends on: ${all.join(', ')}` : 'it depends on none'),
    todo: ({ stack }) => `see: sloth-runner stack deps show ${stack}`,
  }),
  'deps.not_by_hand': errorSpec<{ stack: string; dependency: string; where: readonly string[] }>({
    ...conflict,
    what: ({ stack, dependency }) =>
      `that stack '${stack}' depends on '${dependency}' was not declared by hand`,
    why: ({ where }) => `it is said in ${where.join(' and ')}`,
    todo: () => 'edit it there; the next run forgets it',
  }),
  'deps.cycle': errorSpec<{ path: readonly string[] }>({
    ...conflict,
    what: () => 'stacks depend on each other in a circle',
    why: ({ path }) => `the circle: ${path.join(' -> ')}`,
    todo: ({ path }) =>
      `take one of these dependencies away; see: sloth-runner stack deps check ${path[0] ?? ''}`,
  }),
  'deps.would_cycle': errorSpec<{ stack: string; dependency: string; path: readonly string[] }>({
    ...conflict,
    what: ({ stack, dependency }) =>
      `stack '${stack}' can't depend on '${dependency}': that would close a circle`,
    why: ({ path }) => `the circle: ${path.join(' -> ')}`,
    todo: ({ path }) =>
      path.length === 2
        ? 'name another stack: none can come before itself'
        : `take another of these dependencies away first; see: sloth-runner stack deps show ${path[1] ?? ''}`,
  }),
  'deps.bad_range': errorSpec<{ text: string }>({
    ...usage,
    what: ({ text }) => `'${text}' names no stack with a range of versions`,
    why: () => 'after @ comes a range such as ^2.1, ~1.4 or >=3',
    todo: () => 'correct it: database-stack@^2.1',
  }),
  'deps.unmet': errorSpec<{ stack: string; reasons: readonly string[] }>({
    ...conflict,
    what: ({ stack }) => `stack '${stack}' does not have what it needs`,
    why: ({ reasons }) => reasons.join('; '),
    todo: ({ stack }) => `see: sloth-runner stack deps check ${stack}`,
  }),
  'deps.not_ready': errorSpec<{ stack: string; reasons: readonly string[] }>({
    ...conflict,
    what: ({ stack }) => `stack '${stack}' does not have what it needs; nothing was run`,
    why: ({ reasons }) => reasons.join('; '),
    todo: () => 'run what it needs first; or, where it can do without, pass --allow-unmet',
  }),
  'deps.unknown_format': errorSpec<{ format: string; known: readonly string[] }>({
    ...usage,
    what: ({ format }) => `there is no format '${format}'`,
    why: ({ known }) => `there are: ${known.join(', ')}`,
    todo: () => 'choose one with --format, or by the ending of --output',
  }),
  'deps.unwritable': errorSpec<{ file: string; reason: string }>({
    exit: ExitStatus.failed,
    http: 500,
    what: ({ file }) => `the picture can't be written to ${file}`,
    why: ({ reason }) => reason,
    todo: () => 'choose another file with --output',
  }),
  'output.breaking': errorSpec<{
    stack: string;
    consumers: readonly string[];
  }>({
    ...conflict,
    what: ({ stack }) => `stack '${stack}' would no longer have outputs that others use`,
    why: ({ consumers }) => consumers.join('; '),
    todo: () => 'change the consumers first, or pass --allow-breaking',
  }),
  'project.not_found': errorSpec<{ folder: string }>({
    ...notFound,
    what: () => 'there is no sloth.yaml here',
    why: ({ folder }) => `neither in ${folder} nor in a folder above it`,
    todo: () => "begin a project with 'sloth-runner init', or name its file with --project",
  }),
  'project.unreadable': errorSpec<{ file: string; reason: string }>({
    ...usage,
    what: ({ file }) => `${file} can't be used`,
    why: ({ reason }) => reason,
    todo: () => 'check the path and its permissions',
  }),
  'project.invalid': errorSpec<{ file: string; line: number; reason: string }>({
    ...usage,
    what: ({ file, line }) => `${file}:${line} is not valid`,
    why: ({ reason }) => reason,
    todo: () => 'see docs/dependencies.md for what a project file has',
  }),
  'project.exists': errorSpec<{ file: string }>({
    ...conflict,
    what: ({ file }) => `${file} is there already`,
    why: () => 'a new project replaces no file',
    todo: () => 'choose another folder: sloth-runner init FOLDER',
  }),
  'project.unknown_stack': errorSpec<{ stack: string; file: string; near: readonly string[] }>({
    ...notFound,
    what: ({ stack }) => `there is no stack '${stack}' in the project`,
    why: ({ near, file }) =>
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `${file} does not name it`,
    todo: ({ file }) => `see ${file}`,
  }),
  'project.nothing_to_resume': errorSpec<{ file: string }>({
    ...notFound,
    what: () => 'there is nothing to go on with',
    why: () => "no 'up' was interrupted, and none left stacks that failed or were skipped",
    todo: () => "begin a new one: 'sloth-runner up --all'",
  }),
  'project.git': errorSpec<{ reason: string }>({
    exit: ExitStatus.failed,
    http: 500,
    what: () => 'what has changed since then could not be told',
    why: ({ reason }) => `git: ${reason}`,
    todo: () => 'name a revision that is there with --base, inside a git repository',
  }),
};
