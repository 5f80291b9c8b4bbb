import { resolve } from 'node:path';
import type * as v from 'valibot';
import { listLog } from '../../sdk/operations/log/list.ts';
import { describeFault, formatDuration, formatTime, SlothError } from '../../sdk/presentation.ts';
import type { CommitChanges } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { durationFlag, limitFlag } from '../checkedFlags.ts';
import { confirm } from '../confirm.ts';
import { operationCommand } from '../operationCommand.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { localTime } from '../render/localTime.ts';
import { renderClockSteps } from '../render/renderClockSteps.ts';
import { renderComparison } from '../render/renderComparison.ts';
import { renderTable } from '../render/table.ts';
import type { Paint } from '../terminal/Terminal.ts';

const listed = operationCommand({
  operation: listLog,
  path: ['stack', 'log'],
  args: ['stack'],
  render: renderLog,
});

export const log: CommandSpec = {
  ...listed,
  aliases: [['log']],
  summary: 'Show the commits of a stack, or verify that none was altered',
  flags: {
    verify: { type: 'boolean', help: 'recompute the log, and compare all that is read with it' },
    anchor: {
      type: 'string',
      placeholder: 'FILE',
      help: 'with --verify: hold it against this file, and note in it where the log is now',
      complete: 'file',
    },
    patch: { type: 'boolean', short: 'p', help: 'what each commit changed' },
    ...listed.flags,
  },
  async run(context, input) {
    if (isSet(input, 'verify')) return verify(context, input);
    return isSet(input, 'patch') ? patch(context, input) : listed.run(context, input);
  },
};

export const logCompact: CommandSpec = {
  path: ['stack', 'log', 'compact'],
  summary: 'Remove old commits and their events; the chain of the rest stays verifiable',
  details:
    'Snapshots keep their content. What lies between them before the cut can not be looked at any more.',
  args: [{ name: 'STACK', help: 'name of the stack', complete: 'stack' }],
  flags: {
    keep: {
      type: 'string',
      placeholder: 'TIME',
      help: 'younger ones stay (default: snapshot_retention)',
    },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const keepFor =
      durationFlag(input, 'keep', 'stack log compact') ?? runner.configuration.snapshotRetention;
    const question = `Remove the commits of '${name}' that are older than ${formatDuration(keepFor)}?`;
    await confirm(context, question, { name: '--yes', given: isSet(input, 'yes') });
    const { removed, upTo } = await runner.stacks.compactLog(name, { keepFor });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, removed, up_to: upTo }),
      () =>
        removed === 0
          ? ['Nothing is so old']
          : [`${good('✓')} ${removed} commits removed; the log begins after #${upTo}`],
    );
    return 0;
  },
};

async function patch(context: CommandContext, input: CommandInput): Promise<number> {
  const newest = limitFlag(input, 'stack log', 20);
  const runner = await context.open();
  const changes = await runner.stacks.changes(argument(input, 0), newest);
  if (isSet(input, 'json')) printJson(context, changes);
  else {
    printLines(
      context,
      changes.toReversed().flatMap((each) => patchLines(context, each)),
    );
  }
  return 0;
}

function renderLog(told: v.InferOutput<typeof listLog.output>, paint: Paint): string[] {
  const rows = told.commits
    .toReversed()
    .map((commit) => [
      `#${commit.serial}`,
      commit.hash.slice(0, 12),
      localTime(commit.at),
      commit.operation,
      commit.actor,
      commit.execution ?? '',
      String(commit.changes),
    ]);
  const heads = ['SERIAL', 'HASH', 'AT', 'OPERATION', 'BY', 'EXECUTION', 'CHANGES'];
  return [
    `Log of stack: ${told.stack}`,
    '',
    ...renderTable(heads, rows, (h) => '-'.repeat(h.length)),
    ...renderClockSteps(told.clock_steps, paint),
  ];
}

/** One commit with what it changed; nothing else of one that changed no content. */
function patchLines(context: CommandContext, { commit, comparison }: CommitChanges): string[] {
  const { paint } = context.terminal;
  const { serial, at, operation, actor, events } = commit;
  const differs = Object.values(comparison).some((each: readonly unknown[]) => each.length > 0);
  return [
    `${paint.accent(`#${serial}`)}  ${formatTime(at)}  ${operation}  ${actor}`,
    ...events.map((event) => `    ${event.message}`),
    ...(differs ? renderComparison(comparison, paint).map((line) => `    ${line}`.trimEnd()) : []),
    '',
  ];
}

/** The file of anchors, with the key that nobody who can write the database should have. */
function anchorOf(
  context: CommandContext,
  input: CommandInput,
): { readonly path: string; readonly key: string } | undefined {
  const path = textFlag(input, 'anchor');
  if (path === undefined) return undefined;
  const key = context.env.SLOTH_RUNNER_ANCHOR_KEY;
  if (key) return { path: resolve(context.cwd, path), key };
  const reason = '--anchor wants a key in SLOTH_RUNNER_ANCHOR_KEY: anchors are signed with it';
  throw new SlothError('usage.invalid', { reason, command: 'stack log' });
}

async function verify(context: CommandContext, input: CommandInput): Promise<number> {
  const name = argument(input, 0);
  const runner = await context.open();
  const anchor = anchorOf(context, input);
  const verdict = await runner.stacks.verifyLog(name, anchor === undefined ? {} : { anchor });
  const { good, bad } = context.terminal.paint;
  if (isSet(input, 'json')) printJson(context, { stack: name, ...verdict });
  else if (verdict.ok) {
    printLines(context, [
      `${good('✓')} The log of '${name}' is whole: ${verdict.commits} commits, none altered`,
      `  Newest hash: ${verdict.hash}`,
      ...(verdict.compacted === 0
        ? []
        : [
            `  Older ones, up to #${verdict.compacted}, were compacted away; a commit records their hash`,
          ]),
    ]);
  } else {
    const { serial, reason } = verdict.broken;
    const what = verdict.faults.length > 0 ? 'What is read of' : 'The log of';
    printLines(context, [
      `${bad('✗')} ${what} '${name}' is broken at commit #${serial}: ${reason}`,
      ...verdict.faults.slice(1).map((each) => `  ${describeFault(each)}`),
    ]);
  }
  return verdict.ok ? 0 : 1;
}
