import { createBackup } from '../../sdk/operations/backups/create.ts';
import { listBackups } from '../../sdk/operations/backups/list.ts';
import { restoreBackup } from '../../sdk/operations/backups/restore.ts';
import { verifyBackup } from '../../sdk/operations/backups/verify.ts';
import { counted, ExitStatus, formatSize, type ShownSetBack } from '../../sdk/presentation.ts';
import { isSet } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { operationCommand } from '../operationCommand.ts';
import { printLines, printResult } from '../print.ts';
import { localTime } from '../render/localTime.ts';
import { renderTable } from '../render/table.ts';

export const backupCreate = operationCommand({
  operation: createBackup,
  path: ['backup', 'create'],
  flags: { output: { field: 'file', short: 'o' } },
  render: ({ path, size }, { good }) => [
    `${good('✓')} Backup written: ${path} (${formatSize(size)})`,
  ],
});

export const backupList = operationCommand({
  operation: listBackups,
  path: ['backup', 'list'],
  render(backups) {
    if (backups.length === 0) return ['No backups yet. Make one with: sloth-runner backup create'];
    const rows = backups.map(({ name, reason, created_at, size }) => [
      name,
      reason,
      localTime(created_at),
      formatSize(size),
    ]);
    const heads = ['Name', 'Made for', 'Created At', 'Size'];
    return renderTable(heads, rows, (_, width) => '-'.repeat(width));
  },
});

export const backupVerify = operationCommand({
  operation: verifyBackup,
  path: ['backup', 'verify'],
  args: ['backup'],
  render: ({ whole, reason, chunks, stacks }, { good, bad }) => [
    ...stacks.map((each) => {
      const held = `serial ${each.serial} of ${localTime(each.updated_at)}, ${counted(each.snapshots, 'snapshot')}`;
      return each.reason === ''
        ? `${good('✓')} ${each.stack}: ${held}`
        : `${bad('✗')} ${each.stack}: ${held}: ${each.reason}`;
    }),
    '',
    whole
      ? `${good('✓')} Whole: ${counted(stacks.length, 'stack')}, ${counted(chunks, 'chunk')}`
      : `${bad('✗')} Not whole: ${reason}`,
  ],
  status: ({ whole }) => (whole ? ExitStatus.done : ExitStatus.failed),
});

export const backupRestore = operationCommand({
  operation: restoreBackup,
  path: ['backup', 'restore'],
  args: ['backup'],
  flags: {
    'dry-run': { type: 'boolean', help: 'only say which stacks would be set back' },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async before({ context, runner, input, typed, isForPeople }) {
    const preview = await runner.client.backups.previewRestore(input);
    const lines = renderSetBack(preview.stacks);
    if (isSet(typed, 'dry-run')) {
      printResult(
        context,
        typed,
        () => preview,
        () => [...lines, '', 'Nothing was written.'],
      );
      return ExitStatus.done;
    }
    if (isForPeople) printLines(context, [...lines, '']);
    await confirm(context, `Put ${input.backup} in place of the whole database?`, {
      name: '--yes',
      given: isSet(typed, 'yes'),
    });
    return undefined;
  },
  render: ({ backup, undo }, { good }) => [
    `${good('✓')} Restored from ${backup}`,
    `  Real objects were not touched: 'sloth-runner stack drift detect STACK' tells what they are.`,
    `  To undo it: sloth-runner backup restore ${undo.name}`,
  ],
});

function renderSetBack(stacks: readonly ShownSetBack[]): string[] {
  if (stacks.length === 0) return ['No stacks, neither now nor in the backup'];
  const serial = (each: number | null): string => (each === null ? 'not there' : `#${each}`);
  const rows = stacks.map(({ stack, now, backed_up }) => [stack, serial(now), serial(backed_up)]);
  return renderTable(['Stack', 'Now', 'In the backup'], rows, (_, width) => '-'.repeat(width));
}
