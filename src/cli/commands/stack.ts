import type * as v from 'valibot';
import { listExecutions } from '../../sdk/operations/executions/list.ts';
import { showExecution } from '../../sdk/operations/executions/show.ts';
import { stackAt } from '../../sdk/operations/stacks/at.ts';
import { createStack } from '../../sdk/operations/stacks/create.ts';
import { deleteStack } from '../../sdk/operations/stacks/delete.ts';
import { renameStack } from '../../sdk/operations/stacks/rename.ts';
import { showStack } from '../../sdk/operations/stacks/show.ts';
import {
  appendAll,
  formatDuration,
  type LockCondition,
  type ShownResource,
} from '../../sdk/presentation.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { confirm } from '../confirm.ts';
import { operationCommand } from '../operationCommand.ts';
import { localTime } from '../render/localTime.ts';
import { renderClockSteps } from '../render/renderClockSteps.ts';
import { renderFailures } from '../render/renderFailures.ts';
import { describeCondition } from '../render/renderLock.ts';
import { describeStale, paintStatus } from '../render/renderStackList.ts';
import { renderTable } from '../render/table.ts';
import { oneLine } from '../run/renderTask.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** How many resources `show` names before it counts the rest. */
const SHOWN_RESOURCES = 4;

type StackDetails = v.InferOutput<typeof showStack.output>;
type StackThen = v.InferOutput<typeof stackAt.output>;
type Execution = v.InferOutput<typeof showExecution.output>;
type Executions = v.InferOutput<typeof listExecutions.output>;

const shown = operationCommand({
  operation: showStack,
  path: ['stack', 'show'],
  args: ['stack'],
  render: renderStack,
});

const shownThen = operationCommand({
  operation: stackAt,
  path: ['stack', 'show'],
  args: ['stack'],
  render: renderThen,
});

/** As it is, or as it was. */
export const stackShow: CommandSpec = {
  ...shown,
  flags: { ...shown.flags, ...shownThen.flags },
  run: (context, typed) =>
    (textFlag(typed, 'at') === undefined ? shown : shownThen).run(context, typed),
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
    `Stack: ${stack}, as of commit #${serial} (${localTime(at)})`,
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

function resourceLines(resources: readonly ShownResource[]): string[] {
  if (resources.length === 0) return [];
  // What failed stands first: nobody should have to count to find it.
  const isFine = ({ status }: ShownResource): boolean => status === 'applied';
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
function resourceRemark({ status, origin, reason }: ShownResource): string {
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
  const { reason, failures, resources, dependencies } = details;
  const { latest_execution, last_lock, latest_snapshot } = details;
  const sections: (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      'General Information',
      [
        ['Status', paintStatus(details.status, paint)],
        ...(details.version === '' ? [] : [['Version', details.version] as const]),
        ...(details.description === '' ? [] : [['Description', details.description] as const]),
        ['Created', localTime(details.created_at)],
        ['Last Updated', localTime(details.updated_at)],
        ['Total Executions', String(details.execution_count)],
      ],
    ],
  ];
  if (latest_execution !== null) {
    const { started_at, ended_at, status } = latest_execution;
    const ended: (readonly [string, string])[] =
      ended_at === null
        ? []
        : [
            ['Completed', localTime(ended_at)],
            ['Duration', formatDuration(between(started_at, ended_at))],
          ];
    sections.push([
      'Latest Execution',
      [
        ['Started', localTime(started_at)],
        ...ended,
        ['Status', paintStatus(status, paint)],
        ...(reason === '' || failures.length > 0 ? [] : [['Reason', reason] as const]),
      ],
    ]);
  }
  const lines = [
    `Stack: ${details.name}`,
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
  if (details.stale_uses.length > 0) {
    lines.push('', paint.warn('Stale, what it read of others is not the same any more:'));
    appendAll(
      lines,
      details.stale_uses.map((use) => `  • ${describeStale(use)}`),
    );
  }
  const held: (readonly [string, string])[] =
    last_lock === null
      ? []
      : [
          ['Last Locked', localTime(last_lock.locked_at)],
          ['Locked By', last_lock.locked_by],
        ];
  const lockEnd =
    last_lock?.released_at ??
    (details.lock_condition === 'expired' ? details.lock?.expires_at : null);
  if (last_lock !== null && typeof lockEnd === 'string') {
    held.push(['Lock Duration', formatDuration(between(last_lock.locked_at, lockEnd))]);
  }
  appendAll(
    lines,
    section('Lock Status', [['Status', lockWords(details.lock_condition)], ...held]),
  );
  const latest: (readonly [string, string])[] =
    latest_snapshot === null
      ? []
      : [
          [
            'Latest Snapshot',
            `${latest_snapshot.version} (${localTime(latest_snapshot.created_at)})`,
          ],
        ];
  appendAll(
    lines,
    section('Snapshots', [['Total Snapshots', String(details.snapshots)], ...latest]),
  );
  return lines;
}

/** From one moment to another, in milliseconds. */
function between(start: string, end: string): number {
  return Date.parse(end) - Date.parse(start);
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return ['', `${title}:`, ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(18)}${value}`)];
}

export const stackNew = operationCommand({
  operation: createStack,
  path: ['stack', 'new'],
  args: ['stack'],
  render: ({ name }, { good }) => [`${good('✓')} Stack '${name}' created`],
});

export const stackDelete = operationCommand({
  operation: deleteStack,
  path: ['stack', 'delete'],
  details:
    'Refused while anybody holds its lock, while it runs, while other stacks depend on it, and while\n' +
    'it looks after real objects: destroy them first, or leave them with --keep-objects.',
  args: ['stack'],
  flags: { yes: { type: 'boolean', short: 'y', help: "don't ask" } },
  async before({ context, runner, input, typed }) {
    const { terminal } = context;
    const given = isSet(typed, 'yes');
    const stack = await runner.client.stacks.show({ stack: input.stack });
    if (!given && terminal.isInteractive()) {
      const executions = `${stack.execution_count} executions, ${stack.snapshots} snapshots`;
      const mark = terminal.paint.warn('⚠');
      terminal.err(`${mark} WARNING: This will delete stack '${stack.name}' (${executions})\n`);
    }
    await confirm(context, 'Are you sure?', { name: '--yes', given });
    return undefined;
  },
  render: ({ stack }, { good }) => [`${good('✓')} Stack '${stack}' deleted`],
});

export const stackRename = operationCommand({
  operation: renameStack,
  path: ['stack', 'rename'],
  args: ['stack', 'new_name'],
  render: ({ name }, { good }, typed) => [
    `${good('✓')} Stack '${argument(typed, 0)}' renamed to '${name}'`,
  ],
});

const executions = operationCommand({
  operation: listExecutions,
  path: ['stack', 'history'],
  args: ['stack'],
  render: renderExecutions,
});

const execution = operationCommand({
  operation: showExecution,
  path: ['stack', 'history'],
  args: ['stack', 'execution'],
  render: renderExecution,
});

/** All executions, or the tasks of one. */
export const stackHistory: CommandSpec = {
  ...execution,
  summary: 'List the executions of a stack, or the tasks of one',
  flags: { ...executions.flags },
  run: (context, typed) =>
    (typed.args[1] === undefined ? executions : execution).run(context, typed),
};

function renderExecution(told: Execution, paint: Paint): string[] {
  const rows = told.tasks.map((task) => [
    task.task,
    paintStatus(task.status, paint),
    String(task.attempt),
    task.started_at !== null && task.ended_at !== null
      ? formatDuration(between(task.started_at, task.ended_at))
      : '',
    oneLine(task.reason || task.message),
  ]);
  const heads = ['TASK', 'STATUS', 'ATTEMPT', 'DURATION', 'MESSAGE'];
  return [
    `Execution ${told.id} of stack '${told.stack}': ${paintStatus(told.status, paint)}`,
    ...(told.reason === '' ? [] : [told.reason]),
    '',
    ...renderTable(heads, rows, (head) => '-'.repeat(head.length)),
  ];
}

function renderExecutions(told: Executions, paint: Paint): string[] {
  const rows = told.executions.map((each) => [
    each.id,
    each.workflow,
    paintStatus(each.status, paint),
    localTime(each.started_at),
    each.ended_at === null ? '' : formatDuration(between(each.started_at, each.ended_at)),
    each.actor,
    String(each.resumed),
  ]);
  const heads = ['EXECUTION', 'WORKFLOW', 'STATUS', 'STARTED', 'DURATION', 'BY', 'RESUMED'];
  const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
  return rows.length === 0
    ? [`Stack '${told.stack}' never ran`]
    : [...table, ...renderClockSteps(told.clock_steps, paint)];
}
