import type { Command } from '../../backend/Command.ts';
import { guardWrite } from '../../backend/guardWrite.ts';
import type { Change } from '../../model/change.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import type { ExecutionAuthority } from './taskCommands.ts';

/**
 * Renews the leases of a running execution and of the lock it runs under, `ttl` milliseconds from
 * now. Refuses with `lock.lost` where somebody took over; the run must stop then.
 */
export function renewCommand(
  ttl: number,
  authority: ExecutionAuthority,
  probe: ProbeLiveness,
): Command<void> {
  return {
    operation: 'run.renew',
    execution: authority.execution,
    decide: ({ head, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const changes: Change[] = [...permit.changes];
      const expiresAt = now + ttl;
      const open = head.open.find((each) => each.id === authority.execution);
      if (open !== undefined) {
        changes.push({ type: 'execution.open', execution: { ...open, expiresAt } });
      }
      const { lock } = head;
      if (lock !== null && permit.fence === lock.fence && lock.expiresAt < expiresAt) {
        changes.push({ type: 'lock.put', lock: { ...lock, expiresAt } });
      }
      return { result: undefined, fence: permit.fence, changes, events: permit.events };
    },
  };
}
