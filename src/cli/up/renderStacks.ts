import { counted, formatDuration, isGoodEnd } from '../../sdk/presentation.ts';
import type { StackEnd, StackEndStatus, UpDirection } from '../../sdk/Runner.ts';
import { progressOf } from '../run/RunView.ts';
import { oneLine, statusSign, taskRemark } from '../run/renderTask.ts';
import type { Paint } from '../terminal/Terminal.ts';
import type { StackView, UpView } from './UpView.ts';

/** The most tasks shown below a stack that runs. */
const SHOWN_TASKS = 3;

/** All stacks, with what those that run are doing. */
export function renderStacks(view: UpView, paint: Paint, now: number): string[] {
  return [...view.values()].flatMap((stack) => renderStack(view, stack, paint, now));
}

function renderStack(
  view: UpView,
  { announced, run, startedAt, ended }: StackView,
  paint: Paint,
  now: number,
): string[] {
  const { stack } = announced;
  if (ended !== null) return [renderEnd(ended, paint)];
  if (startedAt === null) {
    const open = announced.dependsOn.filter((name) => view.get(name)?.ended === null);
    const waits = open.length === 0 ? 'waits for a place' : `waits for ${open.join(', ')}`;
    return [`${paint.dim('·')} ${stack}  ${paint.dim(waits)}`];
  }
  const running = [...run.tasks.values()].filter((task) => task.status === 'running');
  const elapsed = formatDuration(Math.floor((now - startedAt) / 1000) * 1000);
  const progress = run.started === null ? 'begins' : progressOf(run);
  return [
    `${statusSign('running', paint, now)} ${paint.strong(stack)}  ${elapsed}  ${progress}`,
    ...running.slice(0, SHOWN_TASKS).map((task, index, all) => {
      const branch = index === all.length - 1 ? '└── ' : '├── ';
      return `  ${paint.dim(branch)}${task.name}  ${taskRemark(task, paint, now)}`;
    }),
  ];
}

/** How a stack ended, in one line. */
export function renderEnd({ stack, status, reason, duration }: StackEnd, paint: Paint): string {
  const took = duration > 0 ? `  ${formatDuration(duration)}` : '';
  const why = reason === '' ? '' : `  ${paint.dim(oneLine(reason))}`;
  const word = status === 'success' ? '' : `  ${status}`;
  return `${signOf(status, paint)} ${stack}${word}${took}${why}`;
}

function signOf(status: StackEndStatus, paint: Paint): string {
  switch (status) {
    case 'success':
      return paint.good('✓');
    case 'failed':
      return paint.bad('✗');
    case 'interrupted':
      return paint.warn('■');
    case 'unchanged':
      return paint.good('=');
    case 'pending':
      return paint.warn('~');
    default:
      return paint.dim('○');
  }
}

/** How ends are told; by their own word where nothing stands here. */
const words: Readonly<Record<UpDirection, Partial<Record<StackEndStatus, string>>>> = {
  up: { success: 'done' },
  down: { success: 'destroyed' },
  plan: { pending: 'with changes', unchanged: 'without' },
};

/** The order in which they are told. */
const statuses: readonly StackEndStatus[] = [
  'success',
  'pending',
  'unchanged',
  'failed',
  'interrupted',
  'skipped',
  'stopped',
];

/** What it all came to: the last thing a user reads. */
export function renderUpOutcome(
  ends: readonly StackEnd[],
  duration: number,
  direction: UpDirection,
  paint: Paint,
): string[] {
  const count = (status: StackEndStatus): number =>
    ends.filter((each) => each.status === status).length;
  const parts = statuses
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${words[direction][status] ?? status}`);
  const wentWell = ends.every(isGoodEnd);
  const sign = wentWell ? paint.good('✓') : paint.bad('✗');
  const total = counted(ends.length, 'stack');
  const lines = [
    '',
    `${sign} ${paint.strong(`${total}: ${parts.join(', ')}`)} in ${formatDuration(duration)}`,
  ];
  for (const each of ends) {
    if (each.status === 'failed') lines.push(`  ${each.stack}: ${oneLine(each.reason)}`);
  }
  if (!wentWell && direction === 'up') {
    lines.push(`${paint.accent('→')} go on with what is left: sloth-runner up --resume`);
  }
  if (direction === 'plan') lines.push('Nothing was run, and nothing was written.');
  return lines;
}
