import { deleteSnapshot } from '../../sdk/operations/snapshots/delete.ts';
import { exportSnapshot } from '../../sdk/operations/snapshots/export.ts';
import { importSnapshot } from '../../sdk/operations/snapshots/import.ts';
import { protectSnapshot } from '../../sdk/operations/snapshots/protect.ts';
import { pruneSnapshots } from '../../sdk/operations/snapshots/prune.ts';
import { tagSnapshot } from '../../sdk/operations/snapshots/tag.ts';
import { unprotectSnapshot } from '../../sdk/operations/snapshots/unprotect.ts';
import { untagSnapshot } from '../../sdk/operations/snapshots/untag.ts';
import { verifySnapshots } from '../../sdk/operations/snapshots/verify.ts';
import { counted, ExitStatus, formatSize, type ShownSnapshot } from '../../sdk/presentation.ts';
import { isSet } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { operationCommand } from '../operationCommand.ts';
import { printResult } from '../print.ts';
import type { Paint } from '../terminal/Terminal.ts';

export const snapshotDelete = operationCommand({
  operation: deleteSnapshot,
  path: ['stack', 'snapshot', 'delete'],
  args: ['stack', 'version'],
  flags: { yes: { type: 'boolean', short: 'y', help: "don't ask" } },
  async before({ context, runner, input, typed }) {
    const { stack, version } = await runner.client.snapshots.show(input);
    await confirm(context, `Delete snapshot ${version} of stack '${stack}'?`, {
      name: '--yes',
      given: isSet(typed, 'yes'),
    });
    return undefined;
  },
  render: ({ version, freed }, { good }) => [
    `${good('✓')} Snapshot ${version} deleted, ${formatSize(freed)} freed`,
  ],
});

export const snapshotVerify = operationCommand({
  operation: verifySnapshots,
  path: ['stack', 'snapshot', 'verify'],
  args: ['stack', 'version'],
  render({ snapshots }, { good, bad }) {
    const whole = snapshots.filter((each) => each.whole);
    const newestWhole = whole[0]?.version;
    return [
      ...snapshots.flatMap((each) =>
        each.whole
          ? [`${good('✓')} ${each.version}: whole (${counted(each.chunks, 'chunk')})`]
          : [
              `${bad('✗')} ${each.version}: broken (${each.reason})`,
              ...each.resources.map((resource) => `    holds: ${resource}`),
            ],
      ),
      '',
      `${whole.length} of ${snapshots.length} snapshots are whole`,
      ...(whole.length < snapshots.length && newestWhole !== undefined
        ? [`The newest that is whole: ${newestWhole}`]
        : []),
    ];
  },
  status: ({ snapshots }) =>
    snapshots.every((each) => each.whole) ? ExitStatus.done : ExitStatus.failed,
});

function renderLabels(snapshot: ShownSnapshot, { good }: Paint): string[] {
  const state = snapshot.protected ? 'protected' : 'not protected';
  const tags = snapshot.tags.join(', ') || 'no tags';
  return [`${good('✓')} Snapshot ${snapshot.version}: ${tags}, ${state}`];
}

export const snapshotTag = operationCommand({
  operation: tagSnapshot,
  path: ['stack', 'snapshot', 'tag'],
  args: ['stack', 'version', 'tags'],
  render: renderLabels,
});

export const snapshotUntag = operationCommand({
  operation: untagSnapshot,
  path: ['stack', 'snapshot', 'untag'],
  args: ['stack', 'version', 'tags'],
  render: renderLabels,
});

export const snapshotProtect = operationCommand({
  operation: protectSnapshot,
  path: ['stack', 'snapshot', 'protect'],
  args: ['stack', 'version'],
  render: renderLabels,
});

export const snapshotUnprotect = operationCommand({
  operation: unprotectSnapshot,
  path: ['stack', 'snapshot', 'unprotect'],
  args: ['stack', 'version'],
  render: renderLabels,
});

const ALL_KEPT = ['Every snapshot is kept by some rule'];

export const snapshotPrune = operationCommand({
  operation: pruneSnapshots,
  path: ['stack', 'snapshot', 'prune'],
  args: ['stack'],
  flags: { 'dry-run': { type: 'boolean', help: 'only say which; delete nothing' } },
  isReadOnly: (typed) => isSet(typed, 'dry-run'),
  async before({ context, runner, input, typed }) {
    if (!isSet(typed, 'dry-run')) return undefined;
    const preview = await runner.client.snapshots.previewPrune(input);
    const list = preview.versions.join(', ');
    printResult(
      context,
      typed,
      () => preview,
      () => (list === '' ? ALL_KEPT : [`Would be deleted: ${list}`, '', 'Nothing was written.']),
    );
    return ExitStatus.done;
  },
  render: ({ versions, freed }, { good }) =>
    versions.length === 0
      ? ALL_KEPT
      : [`${good('✓')} Deleted: ${versions.join(', ')}`, `  ${formatSize(freed)} freed`],
});

export const snapshotExport = operationCommand({
  operation: exportSnapshot,
  path: ['stack', 'snapshot', 'export'],
  args: ['stack', 'version'],
  flags: { output: { field: 'file', short: 'o' }, force: { field: 'force' } },
  isReadOnly: () => true,
  render: ({ stack, version, file }, { good }) => [
    `${good('✓')} Snapshot ${version} of stack '${stack}' written to ${file}`,
  ],
});

export const snapshotImport = operationCommand({
  operation: importSnapshot,
  path: ['stack', 'snapshot', 'import'],
  args: ['stack', 'file'],
  render: ({ stack, version }, { good }) => [
    `${good('✓')} Imported as snapshot ${version} of stack '${stack}'`,
  ],
});
