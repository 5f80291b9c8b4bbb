import { counted, ExitStatus, formatSize, formatTime } from '../../sdk/presentation.ts';
import type { StackThenAndNow } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { printLines, printResult } from '../print.ts';
import { renderTable } from '../render/table.ts';

const backupArgument = {
  name: 'BACKUP',
  help: 'its name, latest, or a file',
  complete: 'file',
} as const;

export const backupCreate: CommandSpec = {
  path: ['backup', 'create'],
  summary: 'Copy the whole database as it is at one moment, while others work on',
  details:
    'The key that sensitive values are encrypted with is not in it: keep that file, or the passphrase,\n' +
    'somewhere else. Copies made by hand are never dropped; of the daily ones the last seven are kept.',
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      help: 'the file to write (default: in the folder backups beside the database)',
      complete: 'file',
    },
  },
  async run(context, input) {
    const file = textFlag(input, 'output');
    const runner = await context.open();
    const backup = await runner.backups.create(file === undefined ? {} : { file });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ ...backup }),
      () => [`${good('✓')} Backup written: ${backup.path} (${formatSize(backup.size)})`],
    );
    return ExitStatus.done;
  },
};

export const backupList: CommandSpec = {
  path: ['backup', 'list'],
  summary: 'List the backups beside the database, newest first',
  async run(context, input) {
    const runner = await context.open();
    const backups = await runner.backups.list();
    const rows = backups.map(({ name, reason, createdAt, size }) => [
      name,
      reason,
      formatTime(createdAt),
      formatSize(size),
    ]);
    const heads = ['Name', 'Made for', 'Created At', 'Size'];
    printResult(
      context,
      input,
      () => backups,
      () =>
        backups.length === 0
          ? ['No backups yet. Make one with: sloth-runner backup create']
          : renderTable(heads, rows, (_, width) => '-'.repeat(width)),
    );
    return ExitStatus.done;
  },
};

export const backupVerify: CommandSpec = {
  path: ['backup', 'verify'],
  summary: 'Recompute every hash of a backup: logs, snapshots, chunks',
  args: [backupArgument],
  async run(context, input) {
    const runner = await context.open();
    const verdict = await runner.backups.verify(argument(input, 0));
    const { good, bad } = context.terminal.paint;
    const isWhole = verdict.reason === '';
    printResult(
      context,
      input,
      () => verdict,
      () => [
        ...verdict.stacks.map(({ stack, serial, snapshots, reason, updatedAt }) => {
          const held = `serial ${serial} of ${formatTime(updatedAt)}, ${counted(snapshots, 'snapshot')}`;
          return reason === ''
            ? `${good('✓')} ${stack}: ${held}`
            : `${bad('✗')} ${stack}: ${held}: ${reason}`;
        }),
        '',
        isWhole
          ? `${good('✓')} Whole: ${counted(verdict.stacks.length, 'stack')}, ${counted(verdict.chunks, 'chunk')}`
          : `${bad('✗')} Not whole: ${verdict.reason}`,
      ],
    );
    return isWhole ? ExitStatus.done : ExitStatus.failed;
  },
};

export const backupRestore: CommandSpec = {
  path: ['backup', 'restore'],
  summary: 'Put a backup back in place of the whole database, after a backup of what is there',
  details:
    'Verified first; refused while any stack is locked. Every stack goes back to what it was: what was\n' +
    'recorded since is only in the backup that is made before. Real objects are not touched.',
  args: [backupArgument],
  flags: {
    'dry-run': { type: 'boolean', help: 'only say which stacks would be set back' },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const dryRun = isSet(input, 'dry-run');
    const runner = await context.open();
    const stacks = await runner.backups.previewRestore(name);
    if (dryRun) {
      printResult(
        context,
        input,
        () => ({ backup: name, stacks }),
        () => [...renderSetBack(stacks), '', 'Nothing was written.'],
      );
      return ExitStatus.done;
    }
    const isQuiet = isSet(input, 'json') || isSet(input, 'quiet');
    if (!isQuiet) printLines(context, [...renderSetBack(stacks), '']);
    await confirm(context, `Put ${name} in place of the whole database?`, {
      name: '--yes',
      given: isSet(input, 'yes'),
    });
    const { undo } = await runner.backups.restore(name);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ backup: name, undo, stacks }),
      () => [
        `${good('✓')} Restored from ${name}`,
        `  Real objects were not touched: 'sloth-runner stack drift detect STACK' tells what they are.`,
        `  To undo it: sloth-runner backup restore ${undo.name}`,
      ],
    );
    return ExitStatus.done;
  },
};

function renderSetBack(stacks: readonly StackThenAndNow[]): string[] {
  if (stacks.length === 0) return ['No stacks, neither now nor in the backup'];
  const serial = (each: number | null): string => (each === null ? 'not there' : `#${each}`);
  const rows = stacks.map(({ stack, now, backedUp }) => [stack, serial(now), serial(backedUp)]);
  return renderTable(['Stack', 'Now', 'In the backup'], rows, (_, width) => '-'.repeat(width));
}
