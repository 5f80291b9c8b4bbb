import { formatDuration, type TaskStatus } from '../../sdk/presentation.ts';
import { spelledOut, withoutColors } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';
import type { TaskView } from './RunView.ts';

const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
/** How long one picture of the spinner stands, in milliseconds. */
const SPIN = 100;

/** The sign of a status, in its colour. */
export function statusSign(status: TaskStatus, paint: Paint, now = 0): string {
  switch (status) {
    case 'completed':
      return paint.good('✓');
    case 'failed':
      return paint.bad('✗');
    case 'skipped':
      return paint.dim('○');
    case 'interrupted':
      return paint.warn('■');
    case 'running':
      return paint.accent(SPINNER[Math.floor(now / SPIN) % SPINNER.length] ?? '');
    default:
      return paint.dim('·');
  }
}

/** What stands beside a task's name: how long, which attempt, why, or what it printed last. */
export function taskRemark(task: TaskView, paint: Paint, now: number): string {
  const parts: string[] = [];
  const { ended, startedAt, attempt, status, tail } = task;
  if (ended !== null && status !== 'skipped') parts.push(formatDuration(ended.duration));
  else if (status === 'running' && startedAt !== null) parts.push(elapsed(now - startedAt));
  if (attempt > 1) parts.push(`attempt ${attempt}`);
  if (ended === null && status === 'completed') parts.push('done before');
  const text = ended === null ? tail.at(-1) : ended.reason || ended.message;
  if (text !== undefined && text !== '') parts.push(paint.dim(oneLine(text)));
  return parts.join('  ');
}

/** Whole seconds: a figure that changes ten times a second can't be read. */
function elapsed(milliseconds: number): string {
  return formatDuration(Math.floor(milliseconds / 1000) * 1000);
}

/** A text that can't break the drawing: its first line, without colours, control characters spelled. */
export function oneLine(text: string): string {
  const line = withoutColors(text).trim().split('\n')[0] ?? '';
  return spelledOut(line.replaceAll('\t', ' '));
}
