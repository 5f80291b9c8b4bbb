import { SlothError } from '../errors/SlothError.ts';
import type { Head } from '../model/head.ts';

/** The refusal that names the execution under way. */
export function busy(head: Head): SlothError {
  const open = head.open[0];
  return new SlothError('stack.busy', {
    stack: head.name,
    by: open?.by ?? '',
    since: open?.startedAt ?? 0,
    execution: open?.id ?? '',
  });
}

/** Refuses with `stack.busy` while an execution is under way. */
export function refuseWhileBusy(head: Head): void {
  if (head.open.length > 0) throw busy(head);
}
