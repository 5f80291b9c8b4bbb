import { ExitStatus, formatTime, SlothError } from '../../sdk/presentation.ts';
import type { Comparison, RestorePreview } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { printLines, printResult } from '../print.ts';
import { renderComparison, renderStatistics } from '../render/renderComparison.ts';
import type { Paint } from '../terminal/Terminal.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const POINT = 'version, tag, latest~1, @2h (a time), #417 (a serial)';
const PARTS = ['resources', 'values', 'outputs'] as const;

export const snapshotRestore: CommandSpec = {
  path: ['stack', 'snapshot', 'restore'],
  summary: 'Set the content of an earlier time again, after a snapshot of what is there',
  details:
    'A new commit: history is not rewritten, and the restore can itself be undone. Real objects are\n' +
    'only brought back with --apply; without it, drift detection tells what they are now.',
  args: [stackArgument, { name: 'VERSION', help: POINT, complete: 'snapshot' }],
  flags: {
    'dry-run': { type: 'boolean', help: 'only show what would change; write nothing' },
    apply: { type: 'boolean', help: 'bring the real objects back, too' },
    only: {
      type: 'string',
      placeholder: 'PART',
      help: 'resources, values or outputs',
      complete: PARTS,
    },
    resource: { type: 'string', placeholder: 'NAME', help: 'only this resource, as file.config' },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  examples: ['sloth-runner stack snapshot restore production v35 --dry-run'],
  async run(context, input) {
    const [name, point] = [argument(input, 0), argument(input, 1)];
    const scope = scopeOf(textFlag(input, 'only'), textFlag(input, 'resource'));
    const dryRun = isSet(input, 'dry-run');
    const runner = await context.open({ readOnly: dryRun });
    const { paint, out } = context.terminal;
    const apply = isSet(input, 'apply');
    const preview = await runner.snapshots.previewRestore(name, point, { ...scope, apply });
    const quiet = isSet(input, 'json') || isSet(input, 'quiet');
    if (dryRun) {
      printResult(
        context,
        input,
        () => ({ stack: name, ...preview }),
        () => [
          `Restoring ${preview.point} would change:`,
          ...told(preview.comparison, isSet(input, 'verbose'), paint),
          ...renderObjects(preview.objects, name, apply, paint),
          '',
          'Nothing was written.',
        ],
      );
      const changes = hasChanges(preview.comparison) || preview.objects.length > 0;
      return changes ? ExitStatus.pending : ExitStatus.done;
    }
    if (!quiet) {
      printLines(context, [
        `${paint.warn('⚠ WARNING:')} This will restore stack to snapshot ${preview.point}`,
        ...told(preview.comparison, isSet(input, 'verbose'), paint),
        ...renderObjects(preview.objects, name, apply, paint),
        '',
      ]);
    }
    await confirm(context, 'Are you sure?', { name: '--yes', given: isSet(input, 'yes') });
    if (!quiet) out(`\n${paint.good('✓')} Restoring snapshot ${preview.point}...\n`);
    const restored = await runner.snapshots.restore(name, point, {
      ...scope,
      apply,
      signal: context.signal,
    });
    printResult(
      context,
      input,
      () => ({ stack: name, ...restored }),
      () => [
        ...restored.failed.map(
          ({ resource, reason }) => `${paint.bad('✗')} ${resource} was not brought back: ${reason}`,
        ),
        restored.failed.length === 0
          ? `${paint.good('✓')} Snapshot restored successfully`
          : `${paint.bad('✗')} Snapshot restored, but not all of its objects`,
        '',
        'Current State:',
        `  Version:      ${restored.point}`,
        `  Restored At:  ${formatTime(context.clock())}`,
        '',
        `To undo it: sloth-runner stack snapshot restore ${name} ${restored.undo}`,
      ],
    );
    return restored.failed.length === 0 ? ExitStatus.done : ExitStatus.failed;
  },
};

export const snapshotCompare: CommandSpec = {
  path: ['stack', 'snapshot', 'compare'],
  summary: 'Show what differs between two times of a stack',
  args: [
    stackArgument,
    { name: 'V1', help: `${POINT}, or current`, complete: 'snapshot' },
    { name: 'V2', help: 'the same', complete: 'snapshot' },
  ],
  flags: {
    stat: { type: 'boolean', help: 'only how much differs' },
    'exit-code': { type: 'boolean', help: 'exit with 2 where something differs' },
  },
  async run(context, input) {
    const [name, from, to] = [argument(input, 0), argument(input, 1), argument(input, 2)];
    const runner = await context.open();
    const compared = await runner.snapshots.compare(name, from, to);
    const { paint } = context.terminal;
    printResult(
      context,
      input,
      () => ({ stack: name, from: compared.from, to: compared.to, ...compared.comparison }),
      () => [
        `Comparing snapshots: ${compared.from} -> ${compared.to}`,
        ...(isSet(input, 'stat')
          ? ['', ...renderStatistics(compared.comparison)]
          : renderComparison(compared.comparison, paint)),
      ],
    );
    const differs = isSet(input, 'exit-code') && hasChanges(compared.comparison);
    return differs ? ExitStatus.pending : ExitStatus.done;
  },
};

function told(comparison: Comparison, verbose: boolean, paint: Paint): string[] {
  const all = renderComparison(comparison, paint);
  const most = 20;
  if (verbose || all.length <= most) return all;
  return [...all.slice(0, most), `  … and ${all.length - most} lines more (--verbose)`];
}

const OBJECT_WORDS: Readonly<Record<RestorePreview['action'], string>> = {
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
  objects: readonly RestorePreview[],
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
  return Object.values(comparison).some((list: readonly unknown[]) => list.length > 0);
}

function scopeOf(
  only: string | undefined,
  resource: string | undefined,
): { only?: (typeof PARTS)[number]; resource?: string } {
  const part = PARTS.find((each) => each === only);
  if (only !== undefined && part === undefined) {
    const reason = `--only '${only}' is none of ${PARTS.join(', ')}`;
    throw new SlothError('usage.invalid', { reason, command: 'stack snapshot restore' });
  }
  if (part !== undefined && resource !== undefined) {
    const reason = '--only and --resource exclude each other';
    throw new SlothError('usage.invalid', { reason, command: 'stack snapshot restore' });
  }
  return {
    ...(part === undefined ? {} : { only: part }),
    ...(resource === undefined ? {} : { resource }),
  };
}
