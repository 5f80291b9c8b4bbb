import type { StackEnd } from './UpMessage.ts';

/** Whether a stack ended so that those that need it may go on; pure. */
export function isGoodEnd({ status }: Pick<StackEnd, 'status'>): boolean {
  return status === 'success' || status === 'unchanged' || status === 'pending';
}
