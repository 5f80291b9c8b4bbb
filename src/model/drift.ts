import type { DriftEntry } from './entry.ts';

/** Whether the last look found that an object is not as it was applied. */
export function hasDrifted({ status }: Pick<DriftEntry, 'status'>): boolean {
  return status === 'modified' || status === 'deleted';
}
