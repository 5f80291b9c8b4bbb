import { appendAll, formatDuration, type RunMessage } from '../../sdk/presentation.ts';
import { renderSource } from '../render/renderError.ts';
import { renderFailures } from '../render/renderFailures.ts';
import { renderPlan } from '../render/renderPlan.ts';
import { renderValues } from '../render/renderValue.ts';
import { withoutColors } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { asTaskEnded, type RunView } from './RunView.ts';
import { oneLine, statusSign } from './renderTask.ts';

/** How a display is asked to behave. */
export interface Detail {
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/**
 * The plain lines of a message, for logs and pipes: one per transition, none for what is only of
 * interest while it happens. The view is the one before the message.
 */
export function renderTransition(
  view: RunView,
  message: RunMessage,
  paint: Paint,
  detail: Detail,
): string[] {
  switch (message.type) {
    case 'notice':
      return [`${paint.accent('•')} ${message.message}`];
    case 'stack.created':
      return [`${paint.good('✓')} Stack '${message.stack}' created`];
    case 'snapshot.created':
      return [`${paint.good('✓')} Snapshot ${message.version} created`];
    case 'validated':
      return message.report.passed ? [`${paint.good('✓')} Validation passed`] : [];
    case 'execution.started':
      return startLines(message, paint);
    case 'task.started':
      return [`${paint.accent('▶')} ${message.task}${attemptText(message.attempt)}`];
    case 'task.retrying':
      return [
        `${paint.warn('↻')} ${message.task}: attempt ${message.attempt} failed (${oneLine(message.reason)}), trying again in ${formatDuration(message.delay)}`,
      ];
    case 'task.output':
      return detail.verbose
        ? [`  ${paint.dim(`${owner(message.task)} |`)} ${withoutColors(message.line)}`]
        : [];
    case 'task.log':
      return logLines(message, paint, detail);
    case 'task.ended':
      return endLines(view, message, paint, detail);
    case 'planned':
      return ['', ...renderPlan(message.resources, paint), ''];
    case 'resource.started':
      return [];
    case 'resource.ended':
      return endLines(view, asTaskEnded(message), paint, detail);
    case 'drift.checked':
      return [`${paint.accent('•')} Drift: ${message.message}`];
    case 'rolled_back':
      return [`${paint.warn('↺')} Rolled back to snapshot ${message.snapshot}`];
    case 'execution.ended':
      return [];
  }
}

const outcomeWords = {
  running: 'runs',
  success: 'succeeded',
  failed: 'failed',
  interrupted: 'was interrupted',
  fenced: 'lost its lock',
} as const;

/** What a run ended with: the last thing a user reads. */
export function renderOutcome(
  view: RunView,
  message: Extract<RunMessage, { type: 'execution.ended' }>,
  paint: Paint,
): string[] {
  const { status, counts, resources, duration, outputs, execution, stack, stopped, failures } =
    message;
  const parts = [...countsOf(counts), ...(hasResources(resources) ? [resourcesOf(resources)] : [])];
  const tail = `${parts.join(', ') || 'nothing to do'} in ${formatDuration(duration)}`;
  const title = `Execution ${execution} on stack '${stack}' ${outcomeWords[status]}`;
  const sign =
    status === 'success'
      ? paint.good('✓')
      : status === 'interrupted'
        ? paint.warn('■')
        : paint.bad('✗');
  const lines = ['', `${sign} ${paint.strong(title)}: ${tail}`];
  if (status !== 'success') {
    if (stopped !== '') lines.push(`  ${stopped}`);
    appendAll(lines, renderFailures(failures, paint));
  }
  if (status !== 'success' && !view.rolledBack) {
    const todo = 'go on with what had not finished: the same command with --resume';
    lines.push(`${paint.accent('→')} ${todo}`);
  }
  if (status === 'success' && Object.keys(outputs).length > 0) {
    const values = Object.entries(outputs).map(([key, value]) => ({
      key,
      value,
      sensitive: false,
    }));
    appendAll(lines, ['', 'Outputs:', ...renderValues(values).map((line) => `  ${line}`)]);
  }
  return lines;
}

function hasResources(resources: Readonly<Record<string, number>>): boolean {
  return Object.keys(resources).length > 0;
}

function countsOf(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
}

/** What is counted of resources, in the order in which it is told. */
const VERBS = [
  'created',
  'updated',
  'replaced',
  'deleted',
  'let go',
  'unchanged',
  'failed',
  'skipped',
] as const;

/** `resources: 12 created, 1 failed`. */
function resourcesOf(resources: Readonly<Record<string, number>>): string {
  const parts = VERBS.map((verb): [string, number] => [verb, resources[verb] ?? 0]);
  return `resources: ${countsOf(Object.fromEntries(parts)).join(', ')}`;
}

function startLines(
  message: Extract<RunMessage, { type: 'execution.started' }>,
  paint: Paint,
): string[] {
  const { workflow, version, stack, execution, resumed, tasks } = message;
  const name = version === '' ? workflow : `${workflow} ${version}`;
  const done = tasks.filter((task) => task.status === 'completed').length;
  const todo = resumed
    ? `${tasks.length - done} of ${tasks.length} tasks left`
    : plural(tasks.length);
  const verb = resumed ? 'Resuming' : 'Running';
  return [
    `${paint.accent('▶')} ${verb} ${paint.strong(name)} on stack '${stack}' (${execution}, ${todo})`,
  ];
}

function plural(count: number): string {
  return `${count} ${count === 1 ? 'task' : 'tasks'}`;
}

function logLines(
  message: Extract<RunMessage, { type: 'task.log' }>,
  paint: Paint,
  { verbose }: Detail,
): string[] {
  const { level, task } = message;
  if (level === 'debug' && !verbose) return [];
  const brush = {
    debug: paint.dim,
    info: String,
    warn: paint.warn,
    error: paint.bad,
    success: paint.good,
  };
  return [`  ${paint.dim(`${owner(task)}:`)} ${brush[level](message.message)}`];
}

function endLines(
  view: RunView,
  message: Extract<RunMessage, { type: 'task.ended' }>,
  paint: Paint,
  { verbose }: Detail,
): string[] {
  const { task, status, duration, reason, error } = message;
  const took = status === 'skipped' ? 'skipped' : `${status} in ${formatDuration(duration)}`;
  const why = oneLine(reason || message.message);
  const lines = [`${statusSign(status, paint)} ${task} ${took}${why === '' ? '' : `: ${why}`}`];
  if (status !== 'failed') return lines;
  if (error !== null) appendAll(lines, renderSource(error, paint));
  const tail = verbose ? [] : (view.tasks.get(task)?.tail ?? []);
  appendAll(
    lines,
    tail.map((line) => `  ${paint.dim('|')} ${line}`),
  );
  return lines;
}

function attemptText(attempt: number): string {
  return attempt > 1 ? ` (attempt ${attempt})` : '';
}

/** Output of the workflow's own hooks belongs to no task. */
function owner(task: string): string {
  return task === '' ? 'workflow' : task;
}
