import type { HolderDetails } from '../errors/catalogue/stackErrors.ts';
import type { Lock } from '../model/lock.ts';

/** Who holds a lock, as errors tell it. */
export function holderDetails(stack: string, lock: Lock): HolderDetails {
  return {
    stack,
    by: lock.lockedBy,
    since: lock.lockedAt,
    operation: lock.operation,
    reason: lock.reason,
  };
}
