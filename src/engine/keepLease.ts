import { hasCode } from '../errors/SlothError.ts';
import { renewCommand } from '../services/executions/renewCommand.ts';
import type { RunSession } from './RunSession.ts';

/** How long the lease of a run lives without renewal, in milliseconds. */
export const LEASE = 60_000;

/**
 * Renews a run's leases at a third of their life until disposed. A renewal that is refused stops
 * the run: somebody else may be writing by now, and two writers is what the lock exists to prevent.
 * One that merely failed (a busy database) is tried again at the next third.
 */
export function keepLease(session: RunSession): { dispose: () => void } {
  const { context, head, authority } = session;
  const renew = async (): Promise<void> => {
    try {
      await context.writer(head.lineage).submit(renewCommand(LEASE, authority, context.probe));
      failures = 0;
    } catch (error) {
      failures++;
      // Two thirds of the lease have passed without a renewal: the next would come too late.
      if (failures >= 2 || isRefusal(error)) session.stop.abort(error);
    }
  };
  let failures = 0;
  const timer = setInterval(() => void renew(), LEASE / 3);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}

const REFUSALS = ['lock.lost', 'stack.locked', 'stack.not_found'] as const;

function isRefusal(error: unknown): boolean {
  return REFUSALS.some((code) => hasCode(error, code));
}
