import { refuseWhileBusy } from '../../backend/busy.ts';
import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { event } from '../../model/event.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import { assertStackName } from './assertStackName.ts';

/** Gives a stack another name; its log stays the same. A taken name is refused by the append. */
export function renameCommand(
  to: string,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<void> {
  assertStackName(to);
  return {
    operation: 'stack.rename',
    decide: ({ head, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      refuseWhileBusy(head);
      if (head.name === to) return { result: undefined, changes: [], events: [] };
      const message = `stack '${head.name}' renamed to '${to}'`;
      return {
        result: undefined,
        fence: permit.fence,
        changes: [...permit.changes, { type: 'stack.put', name: to }],
        events: [
          ...permit.events,
          event('stack.renamed', 'stack', message, { from: head.name, to }),
        ],
      };
    },
  };
}

/**
 * Deletes a stack: a tombstone, its log stays. Refused while anybody holds its lock, the caller
 * included (what a lock protects must not vanish under it), while other stacks depend on it, and, with
 * `stack.has_objects`, while it looks after objects: nobody would know of them any more.
 */
export function deleteStackCommand(
  { dependents, keepObjects }: { dependents: readonly string[]; keepObjects: boolean },
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<void> {
  return {
    operation: 'stack.delete',
    needs: [{ kind: 'resource' }],
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, { ...authority, lockIds: new Set() }, now, probe);
      refuseWhileBusy(head);
      if (dependents.length > 0) {
        throw new SlothError('stack.depended_on', { stack: head.name, dependents });
      }
      const objects = [...content.resource.values()].filter((entry) => entry.absent !== true);
      if (objects.length > 0 && !keepObjects) {
        throw new SlothError('stack.has_objects', { stack: head.name, count: objects.length });
      }
      return {
        result: undefined,
        changes: [...permit.changes, { type: 'stack.delete' }],
        events: [
          ...permit.events,
          event('stack.destroyed', 'stack', `stack '${head.name}' deleted`, { name: head.name }),
        ],
      };
    },
  };
}
