import { formatDuration } from '../../sdk/presentation.ts';
import { cutTo, displayWidth, padTo, stripColors } from '../render/table.ts';
import { spelledLine } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { progressOf, type RunView, type TaskView } from './RunView.ts';
import { statusSign, taskRemark } from './renderTask.ts';
import { type TreeLine, taskTree } from './taskTree.ts';

/** The space that a drawing has. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Names longer than this are cut, so that there is room for what they print. */
const WIDEST_NAME = 40;

/** Draws a run as a tree that fits its canvas: what doesn't fit is counted, never scrolled away. */
export function renderTree(view: RunView, canvas: Canvas): string[] {
  const tree = taskTree(view.tasks);
  const shown = fit(tree, canvas.rows - 2);
  const names = shown.map(
    ({ branches, task }) => displayWidth(branches) + displayWidth(spelledLine(task.name)),
  );
  const width = Math.min(WIDEST_NAME, canvas.columns - 4, Math.max(0, ...names));
  const lines = shown.map((line) => treeLine(line, width, canvas));
  const hidden = tree.length - shown.length;
  if (hidden > 0) lines.push(canvas.paint.dim(`   … ${hidden} more`));
  return [...lines, summaryLine(view, canvas)];
}

function treeLine({ branches, task }: TreeLine, width: number, canvas: Canvas): string {
  const { columns, paint, now } = canvas;
  const sign = statusSign(task.status, paint, now);
  const name = cutTo(spelledLine(task.name), Math.max(8, width - displayWidth(branches)));
  const label = padTo(name, width - displayWidth(branches));
  const left = `${paint.dim(branches)}${sign} ${label}`;
  const remark = taskRemark(task, paint, now);
  const room = columns - displayWidth(left) - 3;
  return room < 4 || remark === '' ? left.trimEnd() : `${left}  ${cutPainted(remark, room, paint)}`;
}

/** Cuts a remark; colours would be cut with it, so one that is too long is dimmed as a whole. */
function cutPainted(text: string, width: number, paint: Paint): string {
  return displayWidth(text) <= width ? text : paint.dim(cutTo(stripColors(text), width));
}

function summaryLine(view: RunView, { paint, now, columns }: Canvas): string {
  const begun = view.started?.at ?? now;
  const elapsed = formatDuration(Math.floor((now - begun) / 1000) * 1000);
  const line = `${paint.strong(progressOf(view))}  ${paint.dim(elapsed)}`;
  return cutPainted(line, columns, paint);
}

/** The tasks for so many lines: all where they fit, else those that tell something first. */
function fit(tree: readonly TreeLine[], rows: number): readonly TreeLine[] {
  const room = Math.max(1, rows);
  if (tree.length <= room) return tree;
  const ranked = tree.toSorted((a, b) => rank(a.task) - rank(b.task)).slice(0, room - 1);
  const chosen = new Set(ranked.map((line) => line.task.name));
  return tree.filter((line) => chosen.has(line.task.name));
}

function rank({ status }: TaskView): number {
  return ['running', 'failed', 'interrupted', 'pending', 'skipped', 'completed'].indexOf(status);
}
