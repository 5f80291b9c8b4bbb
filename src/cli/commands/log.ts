import { formatTime } from '../../sdk/presentation.ts';
import type { CommitChanges } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
} from '../CommandSpec.ts';
import { limitFlag } from '../checkedFlags.ts';
import { printJson, printLines } from '../print.ts';
import { renderComparison } from '../render/renderComparison.ts';
import { renderTable } from '../render/table.ts';

export const log: CommandSpec = {
  path: ['stack', 'log'],
  aliases: [['log']],
  summary: 'Show the commits of a stack, or verify that none was altered',
  args: [{ name: 'STACK', help: 'name of the stack', complete: 'stack' }],
  flags: {
    verify: { type: 'boolean', help: 'recompute the hash chain from the first commit on' },
    patch: { type: 'boolean', short: 'p', help: 'what each commit changed' },
    limit: { type: 'string', placeholder: 'N', help: 'only the newest N (default: 20; 0 for all)' },
  },
  async run(context, input) {
    return isSet(input, 'verify') ? verify(context, input) : list(context, input);
  },
};

async function list(context: CommandContext, input: CommandInput): Promise<number> {
  const name = argument(input, 0);
  const newest = limitFlag(input, 'stack log', 20);
  const runner = await context.open();
  if (isSet(input, 'patch')) {
    const changes = await runner.stacks.changes(name, newest);
    if (isSet(input, 'json')) printJson(context, changes);
    else
      printLines(
        context,
        changes.toReversed().flatMap((each) => patchLines(context, each)),
      );
    return 0;
  }
  const commits = await runner.stacks.log(name, newest);
  if (isSet(input, 'json')) {
    printJson(context, commits);
    return 0;
  }
  const rows = commits
    .toReversed()
    .map((commit) => [
      `#${commit.serial}`,
      commit.hash.slice(0, 12),
      formatTime(commit.at),
      commit.operation,
      commit.actor,
      commit.execution ?? '',
      String(commit.changes.length),
    ]);
  const heads = ['SERIAL', 'HASH', 'AT', 'OPERATION', 'BY', 'EXECUTION', 'CHANGES'];
  printLines(context, [
    `Log of stack: ${name}`,
    '',
    ...renderTable(heads, rows, (h) => '-'.repeat(h.length)),
  ]);
  return 0;
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

async function verify(context: CommandContext, input: CommandInput): Promise<number> {
  const name = argument(input, 0);
  const runner = await context.open();
  const verdict = await runner.stacks.verifyLog(name);
  const { good, bad } = context.terminal.paint;
  if (isSet(input, 'json')) printJson(context, { stack: name, ...verdict });
  else if (verdict.ok) {
    printLines(context, [
      `${good('✓')} The log of '${name}' is whole: ${verdict.commits} commits, none altered`,
      `  Newest hash: ${verdict.hash}`,
    ]);
  } else {
    const { serial, reason } = verdict.broken;
    printLines(context, [
      `${bad('✗')} The log of '${name}' is broken at commit #${serial}: ${reason}`,
    ]);
  }
  return verdict.ok ? 0 : 1;
}
