import { ExitStatus, formatTime } from '../../sdk/presentation.ts';
import type { StackReason } from '../../sdk/Runner.ts';
import { argument, type CommandSpec } from '../CommandSpec.ts';
import { printResult } from '../print.ts';
import { projectFlag, projectOf } from '../projectFlag.ts';
import { renderFinding } from '../render/renderDependencyFindings.ts';
import { describeStale } from '../render/renderStackList.ts';
import type { Paint } from '../terminal/Terminal.ts';

export const why: CommandSpec = {
  path: ['why'],
  summary: 'Say why a stack waits, is stale, skipped, drifted or locked',
  args: [{ name: 'STACK', help: 'name of the stack', complete: 'stack' }],
  flags: projectFlag,
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open({ readOnly: true });
    const reasons = await runner.why(name, projectOf(input));
    const { paint } = context.terminal;
    printResult(
      context,
      input,
      () => ({ stack: name, reasons }),
      () =>
        reasons.length === 0
          ? [`${paint.good('✓')} Stack '${name}' is as it should be: nothing holds it up`]
          : [`Stack '${name}':`, ...reasons.flatMap((each) => describe(each, name, paint))],
    );
    return ExitStatus.done;
  },
};

function describe(reason: StackReason, stack: string, paint: Paint): string[] {
  const line = (sign: string, what: string, todo?: string): string[] => [
    `  ${sign} ${what}`,
    ...(todo === undefined ? [] : [`    ${paint.accent('→')} ${todo}`]),
  ];
  const [bad, warn] = [paint.bad('✗'), paint.warn('!')];
  switch (reason.kind) {
    case 'never_ran':
      return line(warn, 'It has never run', `sloth-runner up ${stack}`);
    case 'running': {
      const since = formatTime(reason.since);
      return line(
        paint.accent('▶'),
        `It runs: ${reason.execution}, by ${reason.by}, since ${since}`,
      );
    }
    case 'locked': {
      const { lockedBy, lockedAt, reason: why_ } = reason.lock;
      const what = `It is locked by ${lockedBy} since ${formatTime(lockedAt)}: ${why_}`;
      return line(bad, what, `sloth-runner stack lock status ${stack}`);
    }
    case 'waiting': {
      const waits = reason.waitsFor.length > 0 ? reason.waitsFor.join(', ') : 'a place';
      const since = formatTime(reason.since);
      return line(
        warn,
        `It waits for ${waits}: an up by ${reason.by}, since ${since}, has it in line`,
      );
    }
    case 'skipped': {
      const because =
        reason.because.length > 0
          ? `because of ${reason.because.join(', ')}`
          : 'it did not come to a good end there';
      const what = `It was skipped by the up of ${formatTime(reason.since)} by ${reason.by}: ${because}`;
      return line(warn, what, 'sloth-runner up --resume');
    }
    case 'failed': {
      const word = reason.status === 'failed' ? 'failed' : 'was interrupted';
      const detail = reason.reason === '' ? '' : `: ${reason.reason}`;
      return line(bad, `Its last execution, ${reason.execution}, ${word}${detail}`);
    }
    case 'stale':
      return line(warn, `It is stale: ${describeStale(reason.use)}`, 'sloth-runner up --stale');
    case 'failed_resource': {
      const detail = reason.reason === '' ? 'it was interrupted' : reason.reason;
      const todo = `sloth-runner stack drift fix ${stack}`;
      return line(bad, `Its resource ${reason.resource} failed: ${detail}`, todo);
    }
    case 'unreadable': {
      const todo = `sloth-runner stack drift detect ${stack}`;
      return line(warn, `Its resource ${reason.resource} can't be read: ${reason.reason}`, todo);
    }
    case 'drifted': {
      const what = `It has drifted: ${reason.resources.join(', ')}`;
      return line(warn, what, `sloth-runner stack drift show ${stack}`);
    }
    case 'dependency':
      return renderFinding(reason.finding, paint).map((each) => `  ${each}`.trimEnd());
  }
}
