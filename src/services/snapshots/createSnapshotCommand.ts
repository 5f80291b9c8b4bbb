import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { putEntry } from '../../model/change.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** What a snapshot is labelled with. */
export interface SnapshotRequest {
  readonly creator: string;
  readonly description: string;
  readonly tags: readonly string[];
}

export interface CreatedSnapshot {
  readonly version: string;
  readonly snapshot: SnapshotEntry;
}

/**
 * Labels the newest serial as the next version. The log holds the content of every serial, so a
 * snapshot costs one small commit however large the stack is. It changes no content, so it needs no
 * lock: a holder's work is not disturbed by a label on what is already there.
 */
export function createSnapshotCommand(request: SnapshotRequest): Command<CreatedSnapshot> {
  return {
    operation: 'snapshot.create',
    decide: ({ head, now }) => snapshotDecision(head, now, request, null),
  };
}

/** The snapshot that a run takes before it starts, under the run's own lock. */
export function createRunSnapshotCommand(
  request: SnapshotRequest,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<CreatedSnapshot> {
  return {
    operation: 'snapshot.create',
    decide: ({ head, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const decision = snapshotDecision(head, now, request, permit.fence);
      return {
        ...decision,
        changes: [...permit.changes, ...decision.changes],
        events: [...permit.events, ...decision.events],
      };
    },
  };
}

function snapshotDecision(
  head: Parameters<Command<CreatedSnapshot>['decide']>[0]['head'],
  now: number,
  request: SnapshotRequest,
  fence: number | null,
): ReturnType<Command<CreatedSnapshot>['decide']> {
  const number = head.nextSnapshot;
  const version = `v${number}`;
  const snapshot: SnapshotEntry = {
    number,
    serial: head.serial,
    creator: request.creator,
    description: request.description,
    tags: request.tags,
    createdAt: now,
    execution: null,
    status: head.status,
  };
  const message = `snapshot ${version} of stack '${head.name}' created by ${request.creator}`;
  return {
    result: { version, snapshot },
    fence,
    changes: [putEntry('snapshot', version, snapshot)],
    events: [event('snapshot.created', 'snapshot', message, { version, serial: head.serial })],
  };
}
