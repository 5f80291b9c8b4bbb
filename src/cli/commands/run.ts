import { appendAll, ExitStatus, SlothError } from '../../sdk/presentation.ts';
import type { RunOutcome, RunRequest } from '../../sdk/Runner.ts';
import {
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
  textFlags,
} from '../CommandSpec.ts';
import { assertDriftDecision, driftDecider, onDriftFlag } from '../onDriftFlag.ts';
import { printLines } from '../print.ts';
import { renderPlan } from '../render/renderPlan.ts';
import { renderValidation } from '../render/renderValidation.ts';
import { createJsonDisplay } from '../run/createJsonDisplay.ts';
import { createLiveDisplay } from '../run/createLiveDisplay.ts';
import { createPlainDisplay } from '../run/createPlainDisplay.ts';
import type { RunDisplay } from '../run/RunDisplay.ts';
import { jsonText } from '../terminal/control.ts';

export const run: CommandSpec = {
  path: ['run'],
  summary: 'Run a workflow against a stack',
  details:
    'Takes the lock of the stack, validates and snapshots it as the workflow and the configuration\n' +
    'say, runs the tasks, and gives the lock back. A new stack is created. A run that was killed is\n' +
    'found by the next command on its stack; --resume goes on with what had not finished.',
  args: [{ name: 'NAME', help: 'the workflow, where the file has several', optional: true }],
  flags: {
    file: {
      type: 'string',
      short: 'f',
      placeholder: 'FILE',
      help: 'workflow file',
      complete: 'file',
    },
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'stack to run against (default: NAME)',
      complete: 'stack',
    },
    validate: { type: 'boolean', help: 'validate first, and stop when something is amiss' },
    'dry-run': { type: 'boolean', help: 'show what would run; write nothing anywhere' },
    values: {
      type: 'string',
      placeholder: 'FILE',
      help: 'YAML or JSON file of values',
      complete: 'file',
    },
    set: { type: 'string', multiple: true, placeholder: 'K=V', help: 'set one value; repeatable' },
    'set-string': {
      type: 'string',
      multiple: true,
      placeholder: 'K=V',
      help: 'set one value as a text, whatever it looks like; repeatable',
    },
    param: {
      type: 'string',
      multiple: true,
      placeholder: 'K=V',
      help: 'parameter for the task functions; repeatable',
    },
    resume: { type: 'boolean', help: 'go on with the execution that did not end well' },
    'beside-orphans': {
      type: 'boolean',
      help: 'with --resume: go on beside what the run before left and nobody can end',
    },
    'plan-out': {
      type: 'string',
      placeholder: 'FILE',
      help: 'with --dry-run: keep the plan in this file',
      complete: 'file',
    },
    plan: {
      type: 'string',
      placeholder: 'FILE',
      help: 'do exactly this plan; refused when the stack or the objects have changed',
      complete: 'file',
    },
    'max-parallel': { type: 'string', placeholder: 'N', help: 'most tasks at the same time' },
    'allow-deletions': {
      type: 'boolean',
      help: 'delete more than a fifth of the resources, or all of them',
    },
    'allow-breaking': {
      type: 'boolean',
      help: 'go on although outputs that others use would go',
    },
    'allow-unmet': {
      type: 'boolean',
      help: 'run although stacks that this one needs are missing or not ready',
    },
    ...onDriftFlag,
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  examples: [
    'sloth-runner run deploy --file deploy.sloth --stack production --validate',
    'sloth-runner run --file deploy.sloth --stack production --resume',
    'sloth-runner run --file deploy.sloth --dry-run --plan-out plan.json && sloth-runner run --plan plan.json',
  ],
  printsLog: true,
  async run(context, input) {
    const request = requestOf(input);
    const runner = await context.open({ readOnly: request.dryRun === true });
    const display = displayOf(context, input);
    try {
      const outcome = await runner.run({
        ...request,
        signal: context.signal,
        report: display.show,
        onDrift: driftDecider(context, input),
      });
      if (outcome.status === 'planned') showPlan(context, input, outcome);
      return exitStatus(context, outcome);
    } finally {
      display.close();
    }
  },
};

function requestOf(input: CommandInput): Omit<RunRequest, 'report' | 'signal'> {
  const file = textFlag(input, 'file');
  const [plan, planOut] = [textFlag(input, 'plan'), textFlag(input, 'plan-out')];
  if (file === undefined && plan === undefined) {
    throw invalid('the flag --file is missing: which workflow file?');
  }
  if (plan !== undefined) {
    const said = ['file', 'stack', 'values', 'dry-run', 'plan-out', 'resume', 'allow-deletions'];
    const other = said.find((name) => isSet(input, name) || textFlag(input, name) !== undefined);
    if (other !== undefined)
      throw invalid(`--${other} can't be said with --plan: the plan says it`);
  }
  if (isSet(input, 'beside-orphans') && !isSet(input, 'resume')) {
    throw invalid('--beside-orphans goes with --resume');
  }
  if (planOut !== undefined && !isSet(input, 'dry-run')) {
    throw invalid('--plan-out goes with --dry-run');
  }
  const parallel = textFlag(input, 'max-parallel');
  if (parallel !== undefined && !/^[1-9]\d*$/.test(parallel)) {
    throw invalid(`--max-parallel '${parallel}' is no whole number > 0`);
  }
  assertDriftDecision(input, 'run');
  const [workflow, stack, valuesFile] = [
    input.args[0],
    textFlag(input, 'stack'),
    textFlag(input, 'values'),
  ];
  return {
    ...(file === undefined ? {} : { file }),
    ...(plan === undefined ? {} : { plan }),
    ...(planOut === undefined ? {} : { planOut }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(stack === undefined ? {} : { stack }),
    ...(valuesFile === undefined ? {} : { valuesFile }),
    ...(parallel === undefined ? {} : { maxParallel: Number(parallel) }),
    validate: isSet(input, 'validate'),
    dryRun: isSet(input, 'dry-run'),
    resume: isSet(input, 'resume'),
    besideOrphans: isSet(input, 'beside-orphans'),
    allowDeletions: isSet(input, 'allow-deletions'),
    allowBreaking: isSet(input, 'allow-breaking'),
    allowUnmet: isSet(input, 'allow-unmet'),
    set: textFlags(input, 'set'),
    setString: textFlags(input, 'set-string'),
    params: textFlags(input, 'param'),
  };
}

function displayOf(context: CommandContext, input: CommandInput): RunDisplay {
  const { terminal, clock } = context;
  if (isSet(input, 'json')) return createJsonDisplay(terminal);
  const detail = { verbose: isSet(input, 'verbose'), quiet: isSet(input, 'quiet') };
  const isLive = terminal.isLive && !detail.verbose && !detail.quiet;
  return isLive ? createLiveDisplay(terminal, detail, clock) : createPlainDisplay(terminal, detail);
}

function showPlan(context: CommandContext, input: CommandInput, outcome: RunOutcome): void {
  const { stack, workflow, plan, resources, validation } = outcome;
  if (isSet(input, 'json')) {
    const message = { type: 'plan', stack, workflow, groups: plan, resources, validation };
    context.terminal.out(`${jsonText(message)}\n`);
    return;
  }
  const lines = [
    `Order of workflow '${workflow}' on stack '${stack}':`,
    '',
    ...plan.map((group, index) => `  ${index + 1}. ${group.join(', ')}`),
  ];
  if (resources.length > 0)
    appendAll(lines, ['', ...renderPlan(resources, context.terminal.paint)]);
  if (validation !== null) {
    appendAll(lines, ['', ...renderValidation(validation, context.terminal.paint)]);
  }
  const file = textFlag(input, 'plan-out');
  const end =
    file === undefined
      ? 'Nothing was run, and nothing was written.'
      : `Nothing was run. Do exactly this: sloth-runner run --plan ${file}`;
  printLines(context, [...lines, '', end]);
}

function exitStatus({ signal }: CommandContext, outcome: RunOutcome): number {
  const { status, validation, resources } = outcome;
  if (status === 'success') return ExitStatus.done;
  if (status === 'planned') {
    if (validation?.passed === false) return ExitStatus.failed;
    const pending = resources.some((each) => each.action !== 'none');
    return pending ? ExitStatus.pending : ExitStatus.done;
  }
  // As shells have it: whoever loops over commands stops when one was ended by a signal.
  return signal.aborted && typeof signal.reason === 'number'
    ? 128 + signal.reason
    : ExitStatus.failed;
}

function invalid(reason: string): SlothError {
  return new SlothError('usage.invalid', { reason, command: 'run' });
}
