import type * as v from 'valibot';
import { compareSnapshots } from '../../sdk/operations/snapshots/compare.ts';
import type { previewSnapshotRestore } from '../../sdk/operations/snapshots/previewRestore.ts';
import { restoreSnapshot } from '../../sdk/operations/snapshots/restore.ts';
import { ExitStatus } from '../../sdk/presentation.ts';
import type { Comparison } from '../../sdk/Runner.ts';
import { isSet } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { operationCommand } from '../operationCommand.ts';
import { printLines, printResult } from '../print.ts';
import { localTime } from '../render/localTime.ts';
import { renderComparison, renderStatistics } from '../render/renderComparison.ts';
import type { Paint } from '../terminal/Terminal.ts';

type ObjectPreview = v.InferOutput<typeof previewSnapshotRestore.output>['objects'][number];

export const snapshotRestore = operationCommand({
  operation: restoreSnapshot,
  path: ['stack', 'snapshot', 'restore'],
  args: ['stack', 'version'],
  details:
    'A new commit: history is not rewritten, and the restore can itself be undone. Real objects are\n' +
    'only brought back with --apply; without it, drift detection tells what they are now.',
  flags: {
    'dry-run': { type: 'boolean', help: 'only show what would change; write nothing' },
    apply: { field: 'apply' },
    only: { field: 'only' },
    resource: { field: 'resource' },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  examples: ['sloth-runner stack snapshot restore production v35 --dry-run'],
  isReadOnly: (typed) => isSet(typed, 'dry-run'),
  async before({ context, runner, input, typed, isForPeople }) {
    const { paint, out } = context.terminal;
    const preview = await runner.client.snapshots.previewRestore(input, { signal: context.signal });
    const { stack, point, comparison, objects } = preview;
    const changes = [
      ...told(comparison, isSet(typed, 'verbose'), paint),
      ...renderObjects(objects, stack, input.apply, paint),
      '',
    ];
    if (isSet(typed, 'dry-run')) {
      printResult(
        context,
        typed,
        () => preview,
        () => [`Restoring ${point} would change:`, ...changes, 'Nothing was written.'],
      );
      return hasChanges(comparison) || objects.length > 0 ? ExitStatus.pending : ExitStatus.done;
    }
    if (isForPeople) {
      const warning = `${paint.warn('⚠ WARNING:')} This will restore stack to snapshot ${point}`;
      printLines(context, [warning, ...changes]);
    }
    await confirm(context, 'Are you sure?', { name: '--yes', given: isSet(typed, 'yes') });
    if (isForPeople) out(`\n${paint.good('✓')} Restoring snapshot ${point}...\n`);
    return undefined;
  },
  render: ({ stack, point, restored_at, undo, failed }, { good, bad }) => [
    ...failed.map(
      ({ resource, reason }) => `${bad('✗')} ${resource} was not brought back: ${reason}`,
    ),
    failed.length === 0
      ? `${good('✓')} Snapshot restored successfully`
      : `${bad('✗')} Snapshot restored, but not all of its objects`,
    '',
    'Current State:',
    `  Version:      ${point}`,
    `  Restored At:  ${localTime(restored_at)}`,
    '',
    `To undo it: sloth-runner stack snapshot restore ${stack} ${undo}`,
  ],
  status: ({ failed }) => (failed.length === 0 ? ExitStatus.done : ExitStatus.failed),
});

export const snapshotCompare = operationCommand({
  operation: compareSnapshots,
  path: ['stack', 'snapshot', 'compare'],
  args: ['stack', 'from', 'to'],
  flags: {
    stat: { type: 'boolean', help: 'only how much differs' },
    'exit-code': { type: 'boolean', help: 'exit with 2 where something differs' },
  },
  render: (compared, paint, typed) => [
    `Comparing snapshots: ${compared.from} -> ${compared.to}`,
    ...(isSet(typed, 'stat')
      ? ['', ...renderStatistics(compared)]
      : renderComparison(compared, paint)),
  ],
  status: (compared, typed) =>
    isSet(typed, 'exit-code') && hasChanges(compared) ? ExitStatus.pending : ExitStatus.done,
});

function told(comparison: Comparison, verbose: boolean, paint: Paint): string[] {
  const all = renderComparison(comparison, paint);
  const most = 20;
  if (verbose || all.length <= most) return all;
  return [...all.slice(0, most), `  … and ${all.length - most} lines more (--verbose)`];
}

const OBJECT_WORDS: Readonly<Record<ObjectPreview['action'], string>> = {
  delete: 'is deleted',
  put_back: 'is put back as it was, and let go',
  release: 'is let go; the object stays',
  keep: 'stays',
  create: 'is made again',
  update: 'is changed',
  replace: 'is replaced',
  unreadable: "can't be read",
};

/** What becomes of the real objects, one by one; without `--apply` nothing does. */
function renderObjects(
  objects: readonly ObjectPreview[],
  stack: string,
  apply: boolean,
  paint: Paint,
): string[] {
  if (objects.length === 0) return [];
  const lines = objects.map(({ resource, action, reason }) => {
    const sign = action === 'delete' || action === 'replace' ? paint.bad('-') : paint.warn('~');
    return `  ${sign} ${resource} ${OBJECT_WORDS[action]}${reason === '' ? '' : ` (${reason})`}`;
  });
  if (apply) return ['', 'Real objects:', ...lines];
  return [
    '',
    'Real objects are left alone. With --apply:',
    ...lines,
    'Those that came since stay in the care of the stack, until a run, a destroy or --apply takes them away.',
    `Afterwards, 'stack drift fix ${stack}' would bring back those that the stack knew then.`,
  ];
}

function hasChanges(comparison: Comparison): boolean {
  return Object.values(comparison).some((each) => Array.isArray(each) && each.length > 0);
}
