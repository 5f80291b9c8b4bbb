import { SlothError, toSlothError } from '../../errors/SlothError.ts';
import { renewCommand } from '../../services/executions/renewCommand.ts';
import type { RunSession } from '../session/RunSession.ts';

/** How long the lease of a run lives without renewal, in milliseconds. */
export const LEASE = 60_000;
/** How often a run looks whether it has its lock, in milliseconds. */
const LOOK = 250;

/** Why a run stopped that could not renew its lease in time. */
export class LeaseRunsOut extends Error {}

/**
 * Looks after a run's leases until disposed.
 *
 * It looks several times a second whether the run still has its lock: one that was taken from it stops
 * at once, lest two write. It renews at a third of the lease's life. Where that fails until two thirds
 * are over, the run stops by itself, before anybody else may begin. Time is that of a clock which counts
 * while the machine sleeps; nothing of the workflow runs in this thread, so that nothing can hold it up.
 */
export function keepLease(session: RunSession): { dispose: () => void } {
  const { context, head, authority, stop } = session;
  let renewedAt = context.uptime();
  let isBusy = false;

  const renew = async (): Promise<void> => {
    await context.writer(head.lineage).submit(renewCommand(LEASE, authority, context.probe));
    renewedAt = context.uptime();
  };
  const assertHeld = async (): Promise<void> => {
    const view = await context.backend.read({ lineage: head.lineage }, []);
    const isOpen = view?.head.open.some(({ id }) => id === authority.execution) === true;
    const fence = view?.head.lock?.fence ?? null;
    if (isOpen && (authority.fence === null || fence === authority.fence)) return;
    throw new SlothError('lock.lost', { stack: head.name, by: view?.head.lock?.lockedBy ?? '' });
  };
  const look = async (): Promise<void> => {
    if (isBusy || stop.signal.aborted) return;
    isBusy = true;
    try {
      await assertHeld();
      if (context.uptime() - renewedAt >= LEASE / 3) await renew();
    } catch (error) {
      const { code, message } = toSlothError(error);
      if (REFUSALS.includes(code)) stop.abort(error);
      else if (context.uptime() - renewedAt >= (LEASE * 2) / 3) {
        stop.abort(new LeaseRunsOut(message, { cause: error }));
      }
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}

const REFUSALS: readonly string[] = ['lock.lost', 'stack.locked', 'stack.not_found'];
