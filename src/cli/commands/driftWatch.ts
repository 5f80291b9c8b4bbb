import { describeError, formatDuration, formatTime } from '../../sdk/presentation.ts';
import type { ResourceDrift } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet } from '../CommandSpec.ts';
import { durationFlag } from '../checkedFlags.ts';
import { printLines } from '../print.ts';
import { hasDrifted, renderFindings, renderFixed } from '../render/renderDrift.ts';
import { jsonText } from '../terminal/control.ts';

const MINUTE = 60_000;

export const driftWatch: CommandSpec = {
  path: ['stack', 'drift', 'watch'],
  summary: 'Look at the real objects again and again, and tell what changes',
  details:
    'Looks at intervals with a little jitter, and less often while it can not. With --fix it brings\n' +
    'drifted objects back, and stops when somebody undoes that for the third time. Ctrl-C ends it.',
  args: [{ name: 'STACK', help: 'name of the stack', complete: 'stack' }],
  flags: {
    interval: { type: 'string', placeholder: 'TIME', help: 'time between two looks (default: 1m)' },
    fix: { type: 'boolean', help: 'bring drifted objects back' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const interval = durationFlag(input, 'interval', 'stack drift watch') ?? MINUTE;
    const runner = await context.open();
    const { paint, out, err } = context.terminal;
    const isJson = isSet(input, 'json');
    let before: string | null = null;
    const tell = (text: string): void =>
      printLines(context, [`${formatTime(context.clock())}  ${text}`]);
    await runner.drift.watch(name, {
      interval,
      fix: isSet(input, 'fix'),
      signal: context.signal,
      onLook(found) {
        const gist = gistOf(found);
        // A watcher that says the same every minute is one that nobody reads.
        if (gist === before) return;
        before = gist;
        if (isJson) out(`${jsonText({ type: 'looked', stack: name, resources: found })}\n`);
        else for (const line of linesOf(found)) tell(line);
      },
      onFixed(fixed) {
        before = null;
        if (isJson) out(`${jsonText({ type: 'fixed', stack: name, ...fixed })}\n`);
        else tell(renderFixed(fixed, paint));
      },
      onProblem(error, wait) {
        const { what, why } = describeError(error);
        err(`${what}${why === '' ? '' : `: ${why}`}; trying again in ${formatDuration(wait)}\n`);
      },
    });
    return 0;
  },
};

function linesOf(found: readonly ResourceDrift[]): string[] {
  const drifted = found.filter(hasDrifted);
  const unreadable = found.filter((each) => each.status === 'unreadable');
  const lines = [
    ...renderFindings(drifted),
    ...unreadable.map(({ resource, reason }) => `${resource}: unreadable (${reason})`),
  ];
  return lines.length > 0 ? lines : [`${found.length} of ${found.length} resources in sync`];
}

/** All that makes a look worth telling. */
function gistOf(found: readonly ResourceDrift[]): string {
  return jsonText(
    found.map(({ resource, status, reason, findings }) => [resource, status, reason, findings]),
  );
}
