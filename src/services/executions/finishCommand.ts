import type { Command } from '../../backend/Command.ts';
import { guardWrite } from '../../backend/guardWrite.ts';
import { appendAll } from '../../model/appendAll.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { Content } from '../../model/content.ts';
import { withoutOldUses } from '../../model/dependencyEntry.ts';
import {
  CURRENT_WORKFLOW,
  type DependencyEntry,
  type ExecutionEntry,
  type ExecutionStatus,
} from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import type { StackStatus } from '../../model/head.ts';
import { sameJson } from '../../model/json.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import type { ExecutionAuthority } from './taskCommands.ts';

/** How an execution ended. */
export interface FinishRequest {
  /** One that lost its lock can't end itself: whoever took the lock has closed it. */
  readonly status: Exclude<ExecutionStatus, 'running' | 'fenced'>;
  readonly reason: string;
  /** Whether the lock it ran under was its own and goes with it. */
  readonly release: boolean;
  /** When a lock that was taken by hand ends, in epoch milliseconds; the run kept it alive meanwhile. */
  readonly lockUntil: number | null;
  /** Whether the stack's content goes back to what it was before the execution. */
  readonly rolledBack: boolean;
  /** Outputs that it no longer publishes. */
  readonly dropped: readonly string[];
}

const stackStatus: Readonly<Record<FinishRequest['status'], StackStatus>> = {
  success: 'completed',
  failed: 'failed',
  interrupted: 'interrupted',
};

const eventType = {
  success: 'stack.execution.completed',
  failed: 'stack.execution.failed',
  interrupted: 'stack.execution.interrupted',
} as const;

/**
 * Ends an execution and gives its lock back in one commit: no kill can leave a finished run with a
 * stuck lock, or a released stack with a run that looks alive.
 */
export function finishCommand(
  request: FinishRequest,
  authority: ExecutionAuthority,
  probe: ProbeLiveness,
): Command<void> {
  const id = authority.execution;
  const { status, reason, rolledBack } = request;
  return {
    operation: 'run.finish',
    execution: id,
    needs: [
      { kind: 'execution', name: id },
      { kind: 'dependency' },
      { kind: 'workflow' },
      { kind: 'queue' },
    ],
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const entry = content.execution.get(id);
      const changes: Change[] = [...permit.changes];
      if (entry !== undefined) {
        changes.push(
          putEntry('execution', id, { ...entry, status, endedAt: now, reason, rolledBack }),
        );
      }
      if (status === 'success') {
        if (entry !== undefined) appendAll(changes, workflowChanges(content, entry));
        appendAll(changes, forgottenUses(content.dependency, id));
        appendAll(
          changes,
          request.dropped.map((name) => deleteEntry('output', name)),
        );
        // Whoever put it in line before it began has what they wanted.
        const begun = entry?.startedAt ?? now;
        const places = [...content.queue].filter(([up, { at }]) => up === entry?.up || at <= begun);
        appendAll(
          changes,
          places.map(([name]) => deleteEntry('queue', name)),
        );
      }
      changes.push(
        { type: 'execution.close', id },
        { type: 'stack.put', status: stackStatus[status] },
      );
      const why = reason === '' ? '' : `: ${reason}`;
      const ended = `execution ${id} ended with '${status}'${why}`;
      const events = [
        ...permit.events,
        event(eventType[status], 'run', ended, { execution: id, reason }),
      ];
      if (request.release && head.lock !== null) {
        changes.push({ type: 'lock.delete' });
        const { lockedBy } = head.lock;
        const released = `lock on stack '${head.name}' released by ${lockedBy}`;
        events.push(event('lock.released', 'lock', released, { lockedBy, by: lockedBy }));
      }
      if (request.lockUntil !== null && head.lock !== null && permit.fence === head.lock.fence) {
        const expiresAt = Math.max(request.lockUntil, now);
        changes.push({ type: 'lock.put', lock: { ...head.lock, expiresAt } });
      }
      return { result: undefined, fence: permit.fence, changes, events };
    },
  };
}

/** A run that ended well made the content what it is, so its version is the stack's from now on. */
function workflowChanges(
  content: Content,
  { workflow: name, version }: ExecutionEntry,
): readonly Change[] {
  const entry = { name, version };
  const known = content.workflow.get(CURRENT_WORKFLOW);
  const put = putEntry('workflow', CURRENT_WORKFLOW, entry);
  const isKnown = known !== undefined && sameJson(known, entry);
  return [...(isKnown ? [] : [put]), { type: 'stack.put', version }];
}

/** What an earlier execution read, and this one no longer does, makes nothing stale any more. */
function forgottenUses(known: ReadonlyMap<string, DependencyEntry>, execution: string): Change[] {
  return [...known].flatMap(([name, entry]): Change[] => {
    const kept = withoutOldUses(entry, execution);
    if (kept === null) return [deleteEntry('dependency', name)];
    return sameJson(kept, entry) ? [] : [putEntry('dependency', name, kept)];
  });
}
