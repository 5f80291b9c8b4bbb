import { appendAll } from '../../sdk/presentation.ts';
import type { TaskView } from './RunView.ts';

/** A line of the tree: a task behind its branches. */
export interface TreeLine {
  readonly branches: string;
  readonly task: TaskView;
}

/** Deeper tasks are drawn at this depth: a long chain must not leave the screen. */
const DEEPEST = 5;

/**
 * Lays tasks out as a tree. A task hangs under the dependency it waits for last, the deepest of
 * them; order is the one they were declared in.
 */
export function taskTree(tasks: ReadonlyMap<string, TaskView>): TreeLine[] {
  const children = new Map<string | null, TaskView[]>();
  const depths = depthsOf(tasks);
  for (const task of tasks.values()) {
    const parent = parentOf(task, depths);
    const siblings = children.get(parent) ?? [];
    children.set(parent, siblings);
    siblings.push(task);
  }
  const lines: TreeLine[] = [];
  const stack = branchesOf(children.get(null) ?? [], '', 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    lines.push({ branches: next.branches, task: next.task });
    const below = next.depth < DEEPEST ? next.below : next.beside;
    appendAll(stack, branchesOf(children.get(next.task.name) ?? [], below, next.depth + 1));
  }
  return lines;
}

interface Branch {
  readonly task: TaskView;
  readonly branches: string;
  /** What stands before the branches of the tasks below this one. */
  readonly below: string;
  /** The same, at this one's own depth. */
  readonly beside: string;
  readonly depth: number;
}

/** The branches of siblings, the first of them last, as a stack takes them. */
function branchesOf(siblings: readonly TaskView[], before: string, depth: number): Branch[] {
  return siblings
    .map((task, index): Branch => {
      const last = index === siblings.length - 1;
      const below = `${before}${last ? '   ' : '│  '}`;
      return { task, branches: `${before}${last ? '└─ ' : '├─ '}`, below, beside: before, depth };
    })
    .toReversed();
}

function parentOf(task: TaskView, depths: ReadonlyMap<string, number>): string | null {
  let parent: string | null = null;
  let deepest = -1;
  for (const name of task.dependsOn) {
    const depth = depths.get(name) ?? -1;
    if (depth > deepest) [parent, deepest] = [name, depth];
  }
  return parent;
}

/** The length of the longest chain of dependencies before each task; the graph has no cycles. */
function depthsOf(tasks: ReadonlyMap<string, TaskView>): Map<string, number> {
  const depths = new Map<string, number>();
  for (const start of tasks.keys()) {
    const stack = [start];
    for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
      const needs = (tasks.get(name)?.dependsOn ?? []).filter((each) => tasks.has(each));
      const open = needs.filter((each) => !depths.has(each));
      if (open.length > 0) {
        appendAll(stack, open);
        continue;
      }
      depths.set(name, Math.max(0, ...needs.map((each) => (depths.get(each) ?? 0) + 1)));
      stack.pop();
    }
  }
  return depths;
}
