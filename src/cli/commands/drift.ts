import { ExitStatus, SlothError } from '../../sdk/presentation.ts';
import type { ResourceDrift } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { durationFlag } from '../checkedFlags.ts';
import { confirm } from '../confirm.ts';
import { printJson, printLines, printResult } from '../print.ts';
import {
  hasDrifted,
  renderDetection,
  renderDriftReport,
  renderFixAction,
  renderFixed,
  renderFixPlan,
  renderFixSummary,
} from '../render/renderDrift.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const resourceFlag = {
  type: 'string',
  placeholder: 'NAME',
  help: 'only this one, as file.config or config',
} as const;

export const driftDetect: CommandSpec = {
  path: ['stack', 'drift', 'detect'],
  summary: 'Read the real objects of a stack, and say what is not as it was applied',
  details:
    'Changes nothing but its report. Exits with 2 where something has drifted, and with --strict\n' +
    'also where something could not be read.',
  args: [stackArgument],
  flags: {
    resource: resourceFlag,
    strict: { type: 'boolean', help: 'what could not be read counts as drift' },
    'max-age': {
      type: 'string',
      placeholder: 'TIME',
      help: 'be content with a look that is no older, as 10m, and keep this one for that',
    },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const resource = textFlag(input, 'resource');
    const maxAge = durationFlag(input, 'max-age', 'stack drift detect');
    const runner = await context.open();
    const begun = context.clock();
    const found = await runner.drift.detect(name, {
      signal: context.signal,
      ...(resource === undefined ? {} : { resource }),
      ...(maxAge === undefined ? {} : { maxAge }),
    });
    const { paint } = context.terminal;
    printResult(
      context,
      input,
      () => ({ stack: name, resources: found }),
      () => renderDetection(name, found, { paint, begun }),
    );
    const unreadable = isSet(input, 'strict') && found.some((each) => each.status === 'unreadable');
    return found.some(hasDrifted) || unreadable ? ExitStatus.pending : ExitStatus.done;
  },
};

export const driftShow: CommandSpec = {
  path: ['stack', 'drift', 'show'],
  summary: 'Show in detail what the last look at the real objects found',
  args: [stackArgument],
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const found = await runner.drift.show(name);
    if (isSet(input, 'json')) printJson(context, { stack: name, resources: found });
    else
      printLines(context, renderDriftReport(name, found, context.clock(), context.terminal.paint));
    return ExitStatus.done;
  },
};

export const driftFix: CommandSpec = {
  path: ['stack', 'drift', 'fix'],
  summary: 'Bring drifted objects back to what was applied',
  details:
    'Takes the lock, snapshots the stack, applies what has drifted in the order of its dependencies,\n' +
    'and reads everything again to prove it.',
  args: [stackArgument],
  flags: {
    'dry-run': { type: 'boolean', help: 'only show what would be done' },
    'auto-approve': { type: 'boolean', help: "don't ask" },
    interactive: { type: 'boolean', short: 'i', help: 'ask for each resource' },
    resource: resourceFlag,
  },
  async run(context, input) {
    const name = argument(input, 0);
    const resource = textFlag(input, 'resource');
    const options = { signal: context.signal, ...(resource === undefined ? {} : { resource }) };
    const dryRun = isSet(input, 'dry-run');
    const runner = await context.open();
    const drifted = (await runner.drift.detect(name, options)).filter(hasDrifted);
    const { paint } = context.terminal;
    if (dryRun || drifted.length === 0) {
      printResult(
        context,
        input,
        () => ({ stack: name, drifted }),
        () => renderFixPlan(name, drifted),
      );
      return dryRun && drifted.length > 0 ? ExitStatus.pending : ExitStatus.done;
    }
    const resources = await approved(context, input, drifted);
    const quiet = isSet(input, 'json') || isSet(input, 'quiet');
    if (!quiet) printLines(context, [`Fixing drift for stack: ${name}`, '']);
    const { fixed, left } = await runner.drift.fix(name, {
      signal: context.signal,
      resources,
      onFixed: (each) => {
        if (!quiet) printLines(context, [renderFixed(each, paint)]);
      },
    });
    printResult(
      context,
      input,
      () => ({ stack: name, resources: fixed, left }),
      () => renderFixSummary({ fixed, left }, paint),
    );
    return fixed.every((each) => each.status === 'fixed') ? ExitStatus.done : ExitStatus.failed;
  },
};

/** The drifted resources that somebody wants fixed: all after one question, or each after its own. */
async function approved(
  context: CommandContext,
  input: CommandInput,
  drifted: readonly ResourceDrift[],
): Promise<string[]> {
  const flag = { name: '--auto-approve', given: isSet(input, 'auto-approve') };
  if (!isSet(input, 'interactive')) {
    const count = drifted.length;
    await confirm(context, `Fix ${count} drifted ${count === 1 ? 'resource' : 'resources'}?`, flag);
    return drifted.map((each) => each.resource);
  }
  if (!context.terminal.isInteractive()) {
    throw new SlothError('usage.confirmation_needed', { question: 'Fix each?', flag: flag.name });
  }
  const wanted: string[] = [];
  for (const [index, each] of drifted.entries()) {
    printLines(context, renderFixAction(each));
    const answer = await context.terminal.ask('Fix it? (yes/no/all/quit): ');
    const word = answer.trim().toLowerCase();
    if (word.startsWith('q')) break;
    if (word.startsWith('a'))
      return [...wanted, ...drifted.slice(index).map((one) => one.resource)];
    if (word.startsWith('y')) wanted.push(each.resource);
  }
  return wanted;
}
