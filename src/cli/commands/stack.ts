import {
  appendAll,
  formatDuration,
  formatTime,
  type LockCondition,
} from '../../sdk/presentation.ts';
import type { NamedResource, StackDetails, StackThen } from '../../sdk/Runner.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { limitFlag } from '../checkedFlags.ts';
import { confirm } from '../confirm.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { renderClockSteps } from '../render/renderClockSteps.ts';
import { renderFailures } from '../render/renderFailures.ts';
import { describeCondition } from '../render/renderLock.ts';
import { describeStale, paintStatus, stackAsJson } from '../render/renderStackList.ts';
import { renderTable } from '../render/table.ts';
import { oneLine } from '../run/renderTask.ts';
import type { Paint } from '../terminal/Terminal.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

/** How many resources `show` names before it counts the rest. */
const SHOWN_RESOURCES = 4;

export const stackShow: CommandSpec = {
  path: ['stack', 'show'],
  summary: 'Show everything about a stack',
  args: [stackArgument],
  flags: {
    at: { type: 'string', placeholder: 'TIME', help: 'as it was: 2h, 2026-01-31T12:00, #417, v38' },
  },
  async run(context, input) {
    const runner = await context.open();
    const at = textFlag(input, 'at');
    if (at !== undefined) {
      const then = await runner.stacks.at(argument(input, 0), at);
      printResult(
        context,
        input,
        () => then,
        () => renderThen(then),
      );
      return 0;
    }
    const details = await runner.stacks.show(argument(input, 0));
    if (isSet(input, 'json')) {
      const { head, resources, dependencies, stale } = details;
      const names = new Set(stale.map((use) => use.stack));
      printJson(context, {
        ...stackAsJson(head, names),
        reason: details.reason,
        failures: details.failures,
        lock: head.lock,
        lock_condition: details.lock,
        resources,
        dependencies,
      });
    } else printLines(context, renderStack(details, context.terminal.paint));
    return 0;
  },
};

/** A stack as it was: what its content held then. */
function renderThen({
  stack,
  serial,
  at,
  resources,
  values,
  outputs,
  tasks,
  dependencies,
}: StackThen): string[] {
  return [
    `Stack: ${stack}, as of commit #${serial} (${formatTime(at)})`,
    '',
    'Content:',
    `  Resources:  ${resources.length}`,
    `  Tasks:      ${tasks}`,
    `  Values:     ${values}`,
    `  Outputs:    ${outputs}`,
    ...resourceLines(resources),
    ...(dependencies.length === 0 ? [] : ['', `Dependencies (${dependencies.length}):`]),
    ...dependencies.map((name) => `  • ${name}`),
  ];
}

function resourceLines(resources: StackDetails['resources']): string[] {
  if (resources.length === 0) return [];
  // What failed stands first: nobody should have to count to find it.
  const isFine = ({ status }: NamedResource): boolean => status === 'applied';
  const sorted = [...resources.filter((each) => !isFine(each)), ...resources.filter(isFine)];
  const shownResources = sorted.filter((each, index) => index < SHOWN_RESOURCES || !isFine(each));
  const rest = resources.length - shownResources.length;
  return [
    '',
    `Resources (${resources.length}):`,
    ...shownResources.map((each) => `  • ${each.name} (${resourceRemark(each)})`),
    ...(rest > 0 ? [`  ... ${rest} more`] : []),
  ];
}

/** `applied`, `applied, found`, `failed: …`: what it is to the stack is only told where it didn't make it. */
function resourceRemark({ status, origin, reason }: NamedResource): string {
  const told = reason === '' ? status : `${status}: ${reason}`;
  return origin === 'made' ? told : `${told}, ${origin}`;
}

function lockWords(condition: LockCondition): string {
  if (condition === 'unlocked') return condition;
  const more = describeCondition(condition);
  const word = condition === 'expired' ? 'expired' : 'locked';
  return more === '' ? word : `${word} (${more})`;
}

function renderStack(details: StackDetails, paint: Paint): string[] {
  const { head, reason, failures, resources, dependencies, stale } = details;
  const { lastExecution, lastLock, latestSnapshot } = head;
  const sections: (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      'General Information',
      [
        ['Status', paintStatus(head.status, paint)],
        ...(head.version === '' ? [] : [['Version', head.version] as const]),
        ...(head.description === '' ? [] : [['Description', head.description] as const]),
        ['Created', formatTime(head.createdAt)],
        ['Last Updated', formatTime(head.updatedAt)],
        ['Total Executions', String(head.executionCount)],
      ],
    ],
  ];
  if (lastExecution !== null) {
    const { startedAt, endedAt, status } = lastExecution;
    const ended: (readonly [string, string])[] =
      endedAt === null
        ? []
        : [
            ['Completed', formatTime(endedAt)],
            ['Duration', formatDuration(endedAt - startedAt)],
          ];
    sections.push([
      'Latest Execution',
      [
        ['Started', formatTime(startedAt)],
        ...ended,
        ['Status', paintStatus(status, paint)],
        ...(reason === '' || failures.length > 0 ? [] : [['Reason', reason] as const]),
      ],
    ]);
  }
  const lines = [
    `Stack: ${head.name}`,
    ...sections.flatMap(([title, rows]) => section(title, rows)),
  ];
  if (failures.length > 0) appendAll(lines, ['', 'Failed:', ...renderFailures(failures, paint)]);
  appendAll(lines, resourceLines(resources));
  if (dependencies.length > 0) {
    lines.push('', `Dependencies (${dependencies.length}):`);
    appendAll(
      lines,
      dependencies.map((name) => `  • ${name}`),
    );
  }
  if (stale.length > 0) {
    lines.push('', paint.warn('Stale, what it read of others is not the same any more:'));
    appendAll(
      lines,
      stale.map((use) => `  • ${describeStale(use)}`),
    );
  }
  const held: (readonly [string, string])[] =
    lastLock === null
      ? []
      : [
          ['Last Locked', formatTime(lastLock.lockedAt)],
          ['Locked By', lastLock.lockedBy],
        ];
  const lockEnd =
    lastLock?.releasedAt ?? (details.lock === 'expired' ? head.lock?.expiresAt : null);
  if (lastLock !== null && typeof lockEnd === 'number') {
    held.push(['Lock Duration', formatDuration(lockEnd - lastLock.lockedAt)]);
  }
  appendAll(lines, section('Lock Status', [['Status', lockWords(details.lock)], ...held]));
  const latest: (readonly [string, string])[] =
    latestSnapshot === null
      ? []
      : [
          [
            'Latest Snapshot',
            `${latestSnapshot.version} (${formatTime(latestSnapshot.createdAt)})`,
          ],
        ];
  appendAll(
    lines,
    section('Snapshots', [['Total Snapshots', String(head.snapshotCount)], ...latest]),
  );
  return lines;
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return ['', `${title}:`, ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(18)}${value}`)];
}

export const stackNew: CommandSpec = {
  path: ['stack', 'new'],
  summary: 'Create a stack; a first run or lock does it too',
  args: [{ name: 'STACK', help: 'name of the new stack' }],
  flags: { description: { type: 'string', help: 'what it is for' } },
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const head = await runner.stacks.create(name, {
      description: textFlag(input, 'description') ?? '',
    });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => stackAsJson(head),
      () => [`${good('✓')} Stack '${name}' created`],
    );
    return 0;
  },
};

export const stackDelete: CommandSpec = {
  path: ['stack', 'delete'],
  summary: 'Delete a stack; its log stays in the database',
  details:
    'Refused while anybody holds its lock, while it runs, while other stacks depend on it, and while\n' +
    'it looks after real objects: destroy them first, or leave them with --keep-objects.',
  args: [stackArgument],
  flags: {
    'keep-objects': { type: 'boolean', help: 'leave its real objects where they are' },
    yes: { type: 'boolean', short: 'y', help: "don't ask" },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const keepObjects = isSet(input, 'keep-objects');
    const runner = await context.open();
    const { head } = await runner.stacks.show(name);
    const { good, warn } = context.terminal.paint;
    if (!isSet(input, 'yes') && context.terminal.isInteractive()) {
      const executions = `${head.executionCount} executions, ${head.snapshotCount} snapshots`;
      context.terminal.err(
        `${warn('⚠')} WARNING: This will delete stack '${name}' (${executions})\n`,
      );
    }
    await confirm(context, 'Are you sure?', { name: '--yes', given: isSet(input, 'yes') });
    await runner.stacks.delete(name, { keepObjects });
    printResult(
      context,
      input,
      () => ({ stack: name, deleted: true }),
      () => [`${good('✓')} Stack '${name}' deleted`],
    );
    return 0;
  },
};

export const stackRename: CommandSpec = {
  path: ['stack', 'rename'],
  summary: 'Give a stack another name; its history stays',
  args: [stackArgument, { name: 'NEW-NAME', help: 'the name it gets' }],
  async run(context, input) {
    const [name, to] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const head = await runner.stacks.rename(name, to);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => stackAsJson(head),
      () => [`${good('✓')} Stack '${name}' renamed to '${to}'`],
    );
    return 0;
  },
};

export const stackHistory: CommandSpec = {
  path: ['stack', 'history'],
  summary: 'List the executions of a stack, or the tasks of one',
  args: [stackArgument, { name: 'EXECUTION', help: 'one execution, as e12', optional: true }],
  flags: { limit: { type: 'string', placeholder: 'N', help: 'only the newest N (default: all)' } },
  async run(context, input) {
    const [name, id] = [argument(input, 0), input.args[1]];
    const newest = limitFlag(input, 'stack history', 0);
    const runner = await context.open();
    const { paint } = context.terminal;
    if (id !== undefined) {
      const { execution, tasks } = await runner.stacks.execution(name, id);
      if (isSet(input, 'json')) {
        printJson(context, { ...execution, tasks });
        return 0;
      }
      const rows = tasks.map((task) => [
        task.task,
        paintStatus(task.status, paint),
        String(task.attempt),
        task.startedAt !== null && task.endedAt !== null
          ? formatDuration(task.endedAt - task.startedAt)
          : '',
        oneLine(task.reason || task.message),
      ]);
      const heads = ['TASK', 'STATUS', 'ATTEMPT', 'DURATION', 'MESSAGE'];
      printLines(context, [
        `Execution ${id} of stack '${name}': ${paintStatus(execution.status, paint)}`,
        ...(execution.reason === '' ? [] : [execution.reason]),
        '',
        ...renderTable(heads, rows, (head) => '-'.repeat(head.length)),
      ]);
      return 0;
    }
    const executions = await runner.stacks.history(name, newest);
    if (isSet(input, 'json')) {
      printJson(context, executions);
      return 0;
    }
    const rows = executions.map((each) => [
      each.id,
      each.workflow,
      paintStatus(each.status, paint),
      formatTime(each.startedAt),
      each.endedAt === null ? '' : formatDuration(each.endedAt - each.startedAt),
      each.actor,
      String(each.resumed),
    ]);
    const heads = ['EXECUTION', 'WORKFLOW', 'STATUS', 'STARTED', 'DURATION', 'BY', 'RESUMED'];
    const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
    const steps = renderClockSteps(await runner.stacks.clockSteps(name), paint);
    printLines(context, rows.length === 0 ? [`Stack '${name}' never ran`] : [...table, ...steps]);
    return 0;
  },
};
