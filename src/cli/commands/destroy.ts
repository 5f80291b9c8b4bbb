import { ExitStatus, SlothError } from '../../sdk/presentation.ts';
import type { DestroyedResource, DestroyPlan } from '../../sdk/Runner.ts';
import { type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { printLines, printResult } from '../print.ts';
import type { Paint } from '../terminal/Terminal.ts';

export const destroy: CommandSpec = {
  path: ['destroy'],
  summary: 'Delete the real objects that a stack made or owns, dependents first',
  details:
    'What it found is let go: the object stays as it is. The stack itself stays, with its history.\n' +
    'Refused where one of the objects is protected.',
  flags: {
    stack: {
      type: 'string',
      short: 's',
      placeholder: 'STACK',
      help: 'stack whose objects are deleted',
      complete: 'stack',
    },
    'include-found': {
      type: 'boolean',
      help: 'delete what the stack did not make, too; lists it and asks',
    },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async run(context, input) {
    const name = textFlag(input, 'stack');
    if (name === undefined) {
      const reason = 'the flag --stack is missing: the objects of which stack?';
      throw new SlothError('usage.invalid', { reason, command: 'destroy' });
    }
    const runner = await context.open();
    const includeFound = isSet(input, 'include-found');
    const plan = await runner.planDestroy(name, { includeFound });
    const quiet = isSet(input, 'json') || isSet(input, 'quiet');
    const { paint } = context.terminal;
    if (!quiet) printLines(context, [`Destroying the objects of stack: ${name}`, '']);
    if (plan.length > 0) {
      if (!quiet) printLines(context, renderDestroyPlan(plan, paint));
      const flag = { name: '--yes', given: isSet(input, 'yes') };
      await confirm(context, `${destroySummary(plan)}?`, flag);
    }
    const ended = await runner.destroy(name, {
      includeFound,
      signal: context.signal,
      onDeleted: (each) => {
        if (!quiet) printLines(context, [renderDestroyed(each, paint)]);
      },
    });
    const count = (status: DestroyedResource['status']): number =>
      ended.filter((each) => each.status === status).length;
    printResult(
      context,
      input,
      () => ({ stack: name, resources: ended }),
      () => [
        ...(ended.length > 0 ? [''] : []),
        `Deleted: ${count('deleted')}, let go: ${count('released')}, ` +
          `failed: ${count('failed')}, skipped: ${count('skipped')}`,
      ],
    );
    const isDone = ended.every(({ status }) => status === 'deleted' || status === 'released');
    return isDone ? ExitStatus.done : ExitStatus.failed;
  },
};

/** `3 to delete, 2 found: let go`. */
function destroySummary(plan: readonly DestroyPlan[]): string {
  const deleted = plan.filter((each) => each.fate === 'deleted').length;
  const found = plan.filter((each) => each.fate === 'released').length;
  const parts = [`${deleted} to delete`];
  if (found > 0) parts.push(`${found} found: let go`);
  return parts.join(', ');
}

/** What is let go, and what is deleted though the stack did not make it: nobody should be surprised. */
function renderDestroyPlan(plan: readonly DestroyPlan[], paint: Paint): string[] {
  const lines = plan.flatMap(({ resource, identity, fate, reason, origin }) => {
    if (fate === 'released') return [`  ${paint.dim('○')} ${resource} (${reason})`];
    if (origin !== 'found') return [];
    return [`  ${paint.bad('-')} ${resource} (${identity}: not made by this stack)`];
  });
  return [...lines, ...(lines.length === 0 ? [] : [''])];
}

function renderDestroyed({ resource, status, reason }: DestroyedResource, paint: Paint): string {
  if (status === 'deleted') return `${paint.good('✓')} ${resource}: deleted`;
  if (status === 'released') return `${paint.dim('○')} ${resource}: let go (${reason})`;
  const sign = status === 'failed' ? paint.bad('✗') : paint.dim('○');
  return `${sign} ${resource}: ${status} (${reason})`;
}
