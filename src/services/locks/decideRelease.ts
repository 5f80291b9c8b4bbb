import { busy } from '../../backend/busy.ts';
import type { Decision, Situation } from '../../backend/Command.ts';
import { holderDetails } from '../../backend/holderDetails.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { event } from '../../model/event.ts';
import { isLockHeld, type Lock } from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** Who wants to give a lock back. */
export interface ReleaseRequest {
  readonly identity: string;
  /** Whether the identity was named on purpose; then it must be the holder's. */
  readonly named: boolean;
  /** Lock ids that the caller can show. */
  readonly lockIds: ReadonlySet<string>;
}

/**
 * Releases a lock on its holder's behalf: whoever shows its id, or names its holder. The lock of a
 * run under way is not released this way even by the same user: its next write would be refused
 * and the run lost; that is what force-release is for.
 */
export function decideRelease(
  situation: Situation,
  request: ReleaseRequest,
  probe: ProbeLiveness,
): Decision<Lock> {
  const { head, now } = situation;
  const { lock } = head;
  if (lock === null) throw new SlothError('lock.not_held', { stack: head.name });
  const shown = request.lockIds.has(lock.id);
  const same = request.identity === lock.lockedBy;
  if (!same && (request.named || !shown)) {
    const details = { ...holderDetails(head.name, lock), identity: request.identity };
    throw new SlothError('lock.not_holder', details);
  }
  if (lock.process !== null && !shown && isLockHeld(head, now, probe)) throw busy(head);
  const message = `lock on stack '${head.name}' released by ${request.identity}`;
  return {
    result: lock,
    fence: lock.fence,
    changes: [{ type: 'lock.delete' }],
    events: [
      event('lock.released', 'lock', message, { lockedBy: lock.lockedBy, by: request.identity }),
    ],
  };
}
