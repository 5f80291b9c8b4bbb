import type { Command } from '../../backend/Command.ts';
import { lockExpired } from '../../backend/guardWrite.ts';
import type { Head } from '../../model/head.ts';
import { isHeld, type OpenExecution } from '../../model/lock.ts';
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

/**
 * Settles what a dead process left: its executions become `interrupted`, its lock is freed. Decided
 * on the newest head, so that of several commands that notice at once, one records it.
 */
export function recoverCommand(head: Head, probe: ProbeLiveness): Command<Recovered> {
  return {
    operation: 'run.recover',
    needs: interruptionNeeds(head.open),
    decide: (situation) => {
      const { lock } = situation.head;
      const dead = deadExecutions(situation.head, situation.now, probe);
      const expired = lock !== null && !isHeld(lock, situation.now, probe);
      const reason = 'its process ended without recording a result';
      const { changes, events } = interruptExecutions(
        situation.content,
        dead,
        situation.now,
        reason,
      );
      return {
        result: { executions: dead.map((each) => each.id), lockExpired: expired },
        changes: expired ? [...changes, { type: 'lock.delete' }] : changes,
        events: expired ? [...events, lockExpired(situation.head.name, lock)] : events,
      };
    },
  };
}

function deadExecutions(head: Head, now: number, probe: ProbeLiveness): readonly OpenExecution[] {
  return head.open.filter((each) => !isHeld(each, now, probe));
}
