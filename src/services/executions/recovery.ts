import type { Command } from '../../backend/Command.ts';
import { lockExpired } from '../../backend/guardWrite.ts';
import type { Head } from '../../model/head.ts';
import {
  endOfLease,
  isLockHeld,
  type Lease,
  leaseState,
  type OpenExecution,
} from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import {
  type EndedExecution,
  interruptExecutions,
  interruptionNeeds,
} from './interruptExecutions.ts';

/** What a recovery found over. */
export interface Recovered {
  readonly executions: readonly EndedExecution[];
  readonly lockExpired: boolean;
}

/**
 * Who settles. A reader settles only what is known dead: the scenario that must not happen is that
 * looking at a stack, with a clock that is ahead, throws out a run that is well. Whoever takes the lock
 * settles every lease that is over.
 */
export type Settler = 'reader' | 'taker';

/** Whether a stack holds something that is over, so that a recovery would change it. */
export function needsRecovery(
  head: Head,
  now: number,
  probe: ProbeLiveness,
  settler: Settler,
): boolean {
  const { lock } = head;
  return (
    endedExecutions(head, now, probe, settler).length > 0 ||
    (lock !== null && isLockOver(head, now, probe, settler))
  );
}

/** Whether something that runs by the head is dead; the next command that writes will record it. */
export function isInterrupted(head: Head, now: number, probe: ProbeLiveness): boolean {
  return head.status === 'running' && endedExecutions(head, now, probe, 'reader').length > 0;
}

/**
 * Settles what is over: executions of dead processes become `interrupted`, those of processes that may
 * live on `fenced`, and the lock is freed. Decided on the newest head, so that of several commands that
 * notice at once, one records it. `lastWrites` are the epoch milliseconds of the last commit of each
 * execution.
 */
export function recoverCommand(
  head: Head,
  probe: ProbeLiveness,
  lastWrites: ReadonlyMap<string, number>,
  settler: Settler,
): Command<Recovered> {
  return {
    operation: 'run.recover',
    needs: interruptionNeeds(head.open),
    decide: ({ head: newest, content, now }) => {
      const { lock, name } = newest;
      const dead = endedExecutions(newest, now, probe, settler).map((each): EndedExecution => {
        const lastSeen = lastWrites.get(each.id) ?? each.startedAt;
        const endedAt = endOfLease(each, now, probe, lastSeen);
        return { id: each.id, endedAt, ...endOf(each, now, probe) };
      });
      const expired = lock !== null && isLockOver(newest, now, probe, settler);
      const { changes, events } = interruptExecutions(content, dead);
      const result = { executions: dead, lockExpired: expired };
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

/** The executions that are open by the head, and over. */
export function endedExecutions(
  head: Head,
  now: number,
  probe: ProbeLiveness,
  settler: Settler,
): readonly OpenExecution[] {
  return head.open.filter((each) => isOver(each, now, probe, settler));
}

function isOver(lease: Lease, now: number, probe: ProbeLiveness, settler: Settler): boolean {
  const state = leaseState(lease, now, probe);
  return settler === 'reader' ? state === 'holder_dead' : state !== 'held';
}

function isLockOver(head: Head, now: number, probe: ProbeLiveness, settler: Settler): boolean {
  const { lock } = head;
  if (lock === null || isLockHeld(head, now, probe)) return false;
  return settler === 'taker' || leaseState(lock, now, probe) === 'holder_dead';
}

/** Of a process that isn't known dead nobody can say that it ended: only that it may write no more. */
function endOf(
  execution: OpenExecution,
  now: number,
  probe: ProbeLiveness,
): Pick<EndedExecution, 'status' | 'reason'> {
  if (leaseState(execution, now, probe) === 'holder_dead') {
    return { status: 'interrupted', reason: 'its process ended without recording a result' };
  }
  const { host, pid } = execution.process;
  return { status: 'fenced', reason: `process ${pid} on ${host} did not renew its lease` };
}
