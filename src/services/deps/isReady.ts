import type { StackNode } from './StackGraph.ts';

/** Whether others can build on a stack: a run of it ended well, and none has failed since; pure. */
export function isReady({ status, hasRun }: StackNode): boolean {
  return hasRun && status !== 'failed' && status !== 'interrupted';
}
