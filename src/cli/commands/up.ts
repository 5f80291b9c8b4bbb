import { counted, ExitStatus, isGoodEnd, SlothError } from '../../sdk/presentation.ts';
import type { StackEnd, UpPlan, UpRequest } from '../../sdk/Runner.ts';
import {
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  type FlagSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { assertDriftDecision, driftDecision, onDriftFlag } from '../onDriftFlag.ts';
import { printLines } from '../print.ts';
import { projectFlag, projectOf } from '../projectFlag.ts';
import {
  createUpJsonDisplay,
  createUpLiveDisplay,
  createUpPlainDisplay,
} from '../up/createUpDisplay.ts';
import type { UpDisplay } from '../up/UpView.ts';

const stacksArgument = {
  name: 'STACK',
  help: 'stacks of the project',
  optional: true,
  variadic: true,
  complete: 'stack',
} as const;

const commonFlags: Readonly<Record<string, FlagSpec>> = {
  all: { type: 'boolean', help: 'all stacks of the project' },
  tag: { type: 'string', placeholder: 'TAG', help: 'stacks with this tag' },
  'max-concurrent': { type: 'string', placeholder: 'N', help: 'most stacks at the same time' },
  'keep-going': { type: 'boolean', help: 'after a failure, go on with what does not need it' },
  yes: { type: 'boolean', short: 'y', help: "don't ask" },
  ...projectFlag,
};

export const up: CommandSpec = {
  path: ['up'],
  summary: 'Run stacks of a project, with all that they need, each as soon as it can',
  details:
    'The stacks are those of the nearest sloth.yaml. Where one fails, those that need it are skipped;\n' +
    'up --resume goes on with what is left, also after a kill. --affected is what has changed in git\n' +
    'since --base (what was last pushed, by default), with all that depends on it.',
  args: [stacksArgument],
  flags: {
    ...commonFlags,
    affected: { type: 'boolean', help: 'what has changed in git, and what depends on it' },
    base: {
      type: 'string',
      placeholder: 'REV',
      help: 'with --affected: compare with this revision',
    },
    stale: { type: 'boolean', help: 'stacks that read what is not the same any more' },
    resume: { type: 'boolean', help: 'go on with the last one that did not end well' },
    'dry-run': { type: 'boolean', help: 'plan every stack; write nothing anywhere' },
    ...onDriftFlag,
    'allow-breaking': { type: 'boolean', help: 'also where outputs that others use would go' },
    'allow-deletions': {
      type: 'boolean',
      help: 'delete more than a fifth of the resources of a stack, or all of them',
    },
  },
  examples: [
    'sloth-runner up --all',
    'sloth-runner up frontend-stack --dry-run',
    'sloth-runner up --affected --base origin/main --keep-going',
  ],
  printsLog: true,
  async run(context, input) {
    const request = requestOf(input);
    const dryRun = isSet(input, 'dry-run');
    const runner = await context.open({ readOnly: dryRun });
    const plan = await runner.planUp(request);
    if (!begins(context, input, plan, 'Runs')) return ExitStatus.done;
    if (!dryRun) {
      const question = `Run ${counted(plan.stacks.length, 'stack')}?`;
      await confirm(context, question, { name: '--yes', given: isSet(input, 'yes') });
    }
    const display = displayOf(context, input, dryRun);
    try {
      const { signal } = context;
      // In the middle of a live tree nobody can be asked: what stands against it is told at the end.
      const onDrift = driftDecision(input);
      const report = { ...request, signal, report: display.show, onDrift };
      const ends = dryRun ? await runner.previewUp(report) : await runner.up(report);
      return statusOf(context, ends);
    } finally {
      display.close();
    }
  },
};

export const down: CommandSpec = {
  path: ['down'],
  summary: 'Delete the real objects of stacks, and of all that need them, in reverse order',
  args: [stacksArgument],
  flags: commonFlags,
  printsLog: true,
  async run(context, input) {
    const request = requestOf(input);
    const runner = await context.open();
    const plan = await runner.planDown(request);
    if (!begins(context, input, plan, 'Deletes the objects of')) return ExitStatus.done;
    const question = `Delete the objects of ${counted(plan.stacks.length, 'stack')}?`;
    await confirm(context, question, { name: '--yes', given: isSet(input, 'yes') });
    const display = displayOf(context, input, false);
    try {
      const ends = await runner.down({ ...request, signal: context.signal, report: display.show });
      return statusOf(context, ends);
    } finally {
      display.close();
    }
  },
};

/** Says what is about to happen; `false` where nothing is. */
function begins(
  context: CommandContext,
  input: CommandInput,
  { stacks, removed, slots }: UpPlan,
  verb: string,
): boolean {
  if (isSet(input, 'json')) return stacks.length > 0;
  const width = Math.max(0, ...stacks.map(({ stack }) => stack.length));
  const { paint } = context.terminal;
  if (stacks.length === 0) printLines(context, ['Nothing to do']);
  else if (!isSet(input, 'quiet')) {
    printLines(context, [
      `${verb} ${counted(stacks.length, 'stack')}, up to ${slots} at a time:`,
      ...stacks.map(({ stack, reason }) => `  ${stack.padEnd(width)}  ${paint.dim(reason)}`),
      '',
    ]);
  }
  if (removed.length > 0) {
    printLines(context, [
      `${paint.warn('!')} Not in the project any more, and left as they are: ${removed.join(', ')}`,
      '  (their objects go with: sloth-runner destroy --stack NAME)',
      '',
    ]);
  }
  return stacks.length > 0;
}

function requestOf(input: CommandInput): Omit<UpRequest, 'report'> {
  const [tag, base, most] = ['tag', 'base', 'max-concurrent'].map((name) => textFlag(input, name));
  if (most !== undefined && !/^[1-9]\d*$/.test(most)) {
    const reason = `--max-concurrent '${most}' is no whole number > 0`;
    throw new SlothError('usage.invalid', { reason, command: 'up' });
  }
  assertDriftDecision(input, 'up');
  return {
    stacks: input.args,
    all: isSet(input, 'all'),
    affected: isSet(input, 'affected'),
    stale: isSet(input, 'stale'),
    resume: isSet(input, 'resume'),
    keepGoing: isSet(input, 'keep-going'),
    allowBreaking: isSet(input, 'allow-breaking'),
    allowDeletions: isSet(input, 'allow-deletions'),
    ...(tag === undefined ? {} : { tag }),
    ...(base === undefined ? {} : { base }),
    ...(most === undefined ? {} : { maxConcurrent: Number(most) }),
    ...projectOf(input),
  };
}

function displayOf(
  { terminal, clock }: CommandContext,
  input: CommandInput,
  dryRun: boolean,
): UpDisplay {
  if (isSet(input, 'json')) return createUpJsonDisplay(terminal);
  const detail = { verbose: isSet(input, 'verbose'), quiet: isSet(input, 'quiet') };
  const isLive = terminal.isLive && !detail.verbose && !detail.quiet && !dryRun;
  return isLive ? createUpLiveDisplay(terminal, clock) : createUpPlainDisplay(terminal, detail);
}

function statusOf({ signal }: CommandContext, ends: readonly StackEnd[]): number {
  if (ends.every(isGoodEnd)) {
    return ends.some(({ status }) => status === 'pending') ? ExitStatus.pending : ExitStatus.done;
  }
  return signal.aborted && typeof signal.reason === 'number'
    ? 128 + signal.reason
    : ExitStatus.failed;
}
