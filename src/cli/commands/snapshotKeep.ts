import { counted, ExitStatus, formatSize, SlothError } from '../../sdk/presentation.ts';
import type { NamedSnapshot, Runner } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { forceFlag } from '../forceFlag.ts';
import { printResult } from '../print.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;
const versionArgument = {
  name: 'VERSION',
  help: 'version, tag, latest or latest~1',
  complete: 'snapshot',
} as const;
const tagsArgument = { name: 'TAGS', help: 'tags, separated by commas' } as const;

export const snapshotDelete: CommandSpec = {
  path: ['stack', 'snapshot', 'delete'],
  summary: 'Delete a snapshot; its number is not used again',
  args: [stackArgument, versionArgument],
  flags: { yes: { type: 'boolean', short: 'y', help: "don't ask" } },
  async run(context, input) {
    const [name, text] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const [snapshot] = await runner.snapshots.verify(name, text);
    await confirm(context, `Delete snapshot ${snapshot?.version ?? text} of stack '${name}'?`, {
      name: '--yes',
      given: isSet(input, 'yes'),
    });
    const { version, freed } = await runner.snapshots.delete(name, text);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, version, freed }),
      () => [`${good('✓')} Snapshot ${version} deleted, ${formatSize(freed)} freed`],
    );
    return ExitStatus.done;
  },
};

export const snapshotVerify: CommandSpec = {
  path: ['stack', 'snapshot', 'verify'],
  summary: 'Recompute every hash of a snapshot, or of all, and read what they hold',
  args: [stackArgument, { ...versionArgument, optional: true }],
  flags: { all: { type: 'boolean', help: 'all snapshots; the default without a version' } },
  async run(context, input) {
    const name = argument(input, 0);
    const version = isSet(input, 'all') ? undefined : input.args[1];
    const runner = await context.open();
    const verdicts = await runner.snapshots.verify(name, version);
    const { good, bad } = context.terminal.paint;
    const whole = verdicts.filter((each) => each.whole);
    const newestWhole = whole[0]?.version;
    printResult(
      context,
      input,
      () => ({ stack: name, snapshots: verdicts }),
      () => [
        ...verdicts.flatMap((each) =>
          each.whole
            ? [`${good('✓')} ${each.version}: whole (${counted(each.chunks, 'chunk')})`]
            : [
                `${bad('✗')} ${each.version}: broken (${each.reason})`,
                ...each.resources.map((resource) => `    holds: ${resource}`),
              ],
        ),
        '',
        `${whole.length} of ${verdicts.length} snapshots are whole`,
        ...(whole.length < verdicts.length && newestWhole !== undefined
          ? [`The newest that is whole: ${newestWhole}`]
          : []),
      ],
    );
    return whole.length === verdicts.length ? ExitStatus.done : ExitStatus.failed;
  },
};

/** A command that changes what a snapshot is labelled with. */
function labelling(
  word: string,
  summary: string,
  withTags: boolean,
  change: (
    runner: Runner,
    stack: string,
    version: string,
    tags: readonly string[],
  ) => Promise<NamedSnapshot>,
): CommandSpec {
  return {
    path: ['stack', 'snapshot', word],
    summary,
    args: [stackArgument, versionArgument, ...(withTags ? [tagsArgument] : [])],
    async run(context, input) {
      const [name, version] = [argument(input, 0), argument(input, 1)];
      const tags = (input.args[2] ?? '').split(',').map((tag) => tag.trim());
      const given = tags.filter((tag) => tag !== '');
      if (withTags && given.length === 0) {
        const reason = 'no tag was named';
        throw new SlothError('usage.invalid', { reason, command: `stack snapshot ${word}` });
      }
      const snapshot = await change(await context.open(), name, version, given);
      const { good } = context.terminal.paint;
      const state = snapshot.protected ? 'protected' : 'not protected';
      printResult(
        context,
        input,
        () => ({ stack: name, ...snapshot }),
        () => [
          `${good('✓')} Snapshot ${snapshot.version}: ${snapshot.tags.join(', ') || 'no tags'}, ${state}`,
        ],
      );
      return ExitStatus.done;
    },
  };
}

export const snapshotTag = labelling(
  'tag',
  'Tag a snapshot; what somebody tagged is not pruned',
  true,
  (runner, stack, version, tags) => runner.snapshots.tag(stack, version, tags),
);

export const snapshotUntag = labelling(
  'untag',
  'Take tags off a snapshot',
  true,
  (runner, stack, version, tags) => runner.snapshots.untag(stack, version, tags),
);

export const snapshotProtect = labelling(
  'protect',
  'Protect a snapshot from being deleted and pruned',
  false,
  (runner, stack, version) => runner.snapshots.protect(stack, version, true),
);

export const snapshotUnprotect = labelling(
  'unprotect',
  'Take the protection off a snapshot',
  false,
  (runner, stack, version) => runner.snapshots.protect(stack, version, false),
);

export const snapshotPrune: CommandSpec = {
  path: ['stack', 'snapshot', 'prune'],
  summary: 'Delete the automatic snapshots that no rule of the configuration keeps',
  args: [stackArgument],
  flags: { 'dry-run': { type: 'boolean', help: 'only say which; delete nothing' } },
  async run(context, input) {
    const name = argument(input, 0);
    const dryRun = isSet(input, 'dry-run');
    const runner = await context.open({ readOnly: dryRun });
    const { versions, freed } = await runner.snapshots.prune(name, { dryRun });
    const { good } = context.terminal.paint;
    const list = versions.join(', ');
    printResult(
      context,
      input,
      () => ({ stack: name, versions, freed, dry_run: dryRun }),
      () => {
        if (versions.length === 0) return ['Every snapshot is kept by some rule'];
        if (dryRun) return [`Would be deleted: ${list}`, '', 'Nothing was written.'];
        return [`${good('✓')} Deleted: ${list}`, `  ${formatSize(freed)} freed`];
      },
    );
    return ExitStatus.done;
  },
};

export const snapshotExport: CommandSpec = {
  path: ['stack', 'snapshot', 'export'],
  summary: 'Write a snapshot to a file; sensitive values stay encrypted',
  args: [stackArgument, versionArgument],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      help: 'the file (required)',
      complete: 'file',
    },
    ...forceFlag,
  },
  async run(context, input) {
    const [name, version] = [argument(input, 0), argument(input, 1)];
    const file = textFlag(input, 'output');
    if (file === undefined) {
      const reason = 'the flag --output is missing: which file?';
      throw new SlothError('usage.invalid', { reason, command: 'stack snapshot export' });
    }
    const runner = await context.open({ readOnly: true });
    const snapshot = await runner.snapshots.exportTo(name, version, file, {
      force: isSet(input, 'force'),
    });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, version: snapshot.version, file }),
      () => [`${good('✓')} Snapshot ${snapshot.version} of stack '${name}' written to ${file}`],
    );
    return ExitStatus.done;
  },
};

export const snapshotImport: CommandSpec = {
  path: ['stack', 'snapshot', 'import'],
  summary: 'Keep an exported snapshot as a version of this stack',
  args: [stackArgument, { name: 'FILE', help: 'what export wrote', complete: 'file' }],
  flags: { force: { type: 'boolean', help: 'also from another stack, or one that was made anew' } },
  async run(context, input) {
    const [name, file] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const snapshot = await runner.snapshots.importFrom(name, file, {
      force: isSet(input, 'force'),
    });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, ...snapshot }),
      () => [`${good('✓')} Imported as snapshot ${snapshot.version} of stack '${name}'`],
    );
    return ExitStatus.done;
  },
};
