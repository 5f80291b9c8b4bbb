import type { Command } from '../../backend/Command.ts';
import { lockExpired } from '../../backend/guardWrite.ts';
import type { Head } from '../../model/head.ts';
import { endOfLease, isHeld, type OpenExecution } from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import { interruptExecutions, interruptionNeeds } from './interruptExecutions.ts';

/** What a recovery found dead. */
export interface Recovered {
  readonly executions: readonly string[];
  readonly lockExpired: boolean;
}

/** Whether a stack holds something of a process that is gone, so that a recovery would change it. */
export function needsRecovery(head: Head, now: number, probe: ProbeLiveness): boolean {
  return (
    deadExecutions(head, now, probe).length > 0 ||
    (head.lock !== null && !isHeld(head.lock, now, probe))
  );
}

/** Whether something that runs by the head is dead; the next command that writes will record it. */
export function isInterrupted(head: Head, now: number, probe: ProbeLiveness): boolean {
  return head.status === 'running' && deadExecutions(head, now, probe).length > 0;
}

/**
 * Settles what a dead process left: its executions become `interrupted`, its lock is freed. Decided
 * on the newest head, so that of several commands that notice at once, one records it. `lastWrites`
 * are the epoch milliseconds of the last commit of each execution.
 */
export function recoverCommand(
  head: Head,
  probe: ProbeLiveness,
  lastWrites: ReadonlyMap<string, number>,
): Command<Recovered> {
  return {
    operation: 'run.recover',
    needs: interruptionNeeds(head.open),
    decide: ({ head: newest, content, now }) => {
      const { lock, name } = newest;
      const dead = deadExecutions(newest, now, probe).map((each) => {
        const lastSeen = lastWrites.get(each.id) ?? each.startedAt;
        return { id: each.id, endedAt: endOfLease(each, now, probe, lastSeen) };
      });
      const expired = lock !== null && !isHeld(lock, now, probe);
      const reason = 'its process ended without recording a result';
      const { changes, events } = interruptExecutions(content, dead, reason);
      const result = { executions: dead.map(({ id }) => id), lockExpired: expired };
      if (!expired) return { result, changes, events };
      // The lock of a run ended with it.
      const lastSeen =
        dead.length > 0 ? Math.max(...dead.map(({ endedAt }) => endedAt)) : undefined;
      const at = endOfLease(lock, now, probe, lastSeen);
      return {
        result,
        changes: [...changes, { type: 'lock.delete', at }],
        events: [...events, lockExpired(name, lock, at)],
      };
    },
  };
}

/** The executions that are open by the head, and dead. */
export function deadExecutions(
  head: Head,
  now: number,
  probe: ProbeLiveness,
): readonly OpenExecution[] {
  return head.open.filter((each) => !isHeld(each, now, probe));
}
