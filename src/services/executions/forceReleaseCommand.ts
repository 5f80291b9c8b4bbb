import type { Command } from '../../backend/Command.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { event } from '../../model/event.ts';
import type { Head } from '../../model/head.ts';
import type { Lock } from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import {
  type EndedExecution,
  interruptExecutions,
  interruptionNeeds,
} from './interruptExecutions.ts';

/**
 * Breaks a lock, whoever holds it, and closes the executions under it: left open they would keep
 * the stack busy although their writes are refused from now on. Results in the broken lock.
 */
export function forceReleaseCommand(
  head: Head,
  request: { readonly by: string; readonly reason: string },
  probe: ProbeLiveness,
): Command<Lock> {
  return {
    operation: 'lock.force_release',
    needs: interruptionNeeds(head.open),
    decide: ({ head: newest, content, now }) => {
      const { lock } = newest;
      if (lock === null) throw new SlothError('lock.not_held', { stack: newest.name });
      const why = `its lock was force-released by ${request.by}`;
      const ended = newest.open.map(({ id, process }): EndedExecution => {
        const status = probe(process) === 'dead' ? 'interrupted' : 'fenced';
        return { id, endedAt: now, status, reason: why };
      });
      const interrupted = interruptExecutions(content, ended);
      const message = `lock of ${lock.lockedBy} on stack '${newest.name}' force-released by ${request.by}`;
      const data = { lockedBy: lock.lockedBy, by: request.by, reason: request.reason };
      return {
        result: lock,
        changes: [...interrupted.changes, { type: 'lock.delete' }],
        events: [event('lock.force_released', 'lock', message, data), ...interrupted.events],
      };
    },
  };
}
