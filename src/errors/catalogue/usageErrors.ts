import { ExitStatus, errorSpec } from '../ErrorSpec.ts';

const usage = { exit: ExitStatus.usage, http: 400 } as const;

function meant(near: readonly string[]): string {
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : '';
}

/** What was typed or configured wrongly. */
export const usageErrors = {
  'usage.unknown_command': errorSpec<{ command: string; near: readonly string[] }>({
    ...usage,
    what: ({ command }) => `there is no command '${command}'`,
    why: ({ near }) => meant(near),
    todo: () => 'see: sloth-runner --help',
  }),
  'usage.unknown_flag': errorSpec<{ flag: string; command: string; near: readonly string[] }>({
    ...usage,
    what: ({ flag, command }) => `'${command}' has no flag ${flag}`,
    why: ({ near }) => meant(near),
    todo: ({ command }) => `see: sloth-runner ${command} --help`,
  }),
  'usage.invalid': errorSpec<{ reason: string; command: string }>({
    ...usage,
    what: ({ reason }) => reason,
    why: () => '',
    todo: ({ command }) => `see: sloth-runner ${command} --help`,
  }),
  'usage.bad_input': errorSpec<{ operation: string; field: string; reason: string }>({
    ...usage,
    what: ({ operation, field, reason }) =>
      field === '' ? `what '${operation}' was given ${reason}` : `'${field}' ${reason}`,
    why: ({ operation }) => `'${operation}' was asked for what can't be`,
    todo: () => 'correct it; nothing was done',
  }),
  'permission.denied': errorSpec<{ actor: string; permission: string; stack: string }>({
    exit: ExitStatus.failed,
    http: 403,
    what: ({ actor, permission, stack }) => {
      const where = stack === '' ? '' : ` with stack '${stack}'`;
      return `${actor} may not do this${where}: it needs '${permission}'`;
    },
    why: () => '',
    todo: () => 'ask somebody who may, or to be allowed',
  }),
  'usage.confirmation_needed': errorSpec<{ question: string; flag: string }>({
    ...usage,
    what: ({ question }) => `this asks for a confirmation: ${question}`,
    why: () => 'there is no terminal to ask on',
    todo: ({ flag }) => `pass ${flag} if you are sure`,
  }),
  'usage.declined': errorSpec<{ question: string }>({
    exit: ExitStatus.failed,
    http: 409,
    what: () => 'nothing was done',
    why: ({ question }) => `the answer to '${question}' was no`,
    todo: () => '',
  }),
  'output.lost': errorSpec<{ reason: string }>({
    exit: ExitStatus.failed,
    http: 507,
    what: () => "standard output can't be written; not all of what was to be said is there",
    why: ({ reason }) => reason,
    todo: () => 'free some space, or send the output elsewhere; what was done stays done',
  }),
  'config.unreadable': errorSpec<{ file: string; reason: string }>({
    exit: ExitStatus.failed,
    http: 500,
    what: ({ file }) => `the configuration file ${file} can't be read`,
    why: ({ reason }) => reason,
    todo: () => 'correct its permissions, or remove it',
  }),
  'config.syntax': errorSpec<{ file: string; line: number; column: number; reason: string }>({
    ...usage,
    what: ({ file, line, column }) => `${file}:${line}:${column} is not valid YAML`,
    why: ({ reason }) => reason,
    todo: () => 'correct the line named',
  }),
  'config.invalid': errorSpec<{ file: string; line: number; key: string; reason: string }>({
    ...usage,
    what: ({ file, line, key }) => `${file}${line > 0 ? `:${line}` : ''}: '${key}' is not valid`,
    why: ({ reason }) => reason,
    todo: () => 'see: sloth-runner config show, or docs/configuration.md',
  }),
  'config.provider_invalid': errorSpec<{ type: string; file: string; reason: string }>({
    ...usage,
    what: ({ type, file }) => `${file} can't be used as the provider of '${type}'`,
    why: ({ reason }) => reason,
    todo: () => 'see docs/providers.md for what a provider has',
  }),
};
