import type { Chunk } from '../../backend/Chunk.ts';
import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { type Change, putEntry } from '../../model/change.ts';
import type { CheckpointEntry, SnapshotEntry, StoredContent } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import type { Head } from '../../model/head.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** What a snapshot is labelled with. */
export interface SnapshotRequest {
  readonly creator: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The execution it was taken for. */
  readonly execution: string | null;
}

export interface CreatedSnapshot {
  readonly version: string;
  readonly snapshot: SnapshotEntry;
}

/** The content at a serial, ready to be stored. */
export interface PreparedContent {
  readonly serial: number;
  /** The status that the stack had then. */
  readonly status: string;
  readonly content: StoredContent;
  readonly weight: { readonly base: number; readonly deltas: number };
  /** The chunk of the checkpoint that it builds on; '' for none. */
  readonly from: string;
  readonly chunks: readonly Chunk[];
}

/** On whose behalf a snapshot is taken under a lock; without it, a label needs no lock. */
export interface SnapshotAuthority {
  readonly authority: WriteAuthority;
  readonly probe: ProbeLiveness;
}

/** How the checkpoint of a stack is named. */
export const CHECKPOINT = 'latest';

/**
 * Labels a prepared content as the next version. It changes no content, so it needs no lock: a holder's
 * work is not disturbed by a label on what is already there.
 *
 * Results in `null` where the checkpoint is no longer the one that the content builds on: a collection
 * may have removed its chunks meanwhile. The caller prepares it again.
 */
export function createSnapshotCommand(
  request: SnapshotRequest,
  prepared: PreparedContent,
  under?: SnapshotAuthority,
): Command<CreatedSnapshot | null> {
  return {
    operation: 'snapshot.create',
    needs: [{ kind: 'checkpoint', name: CHECKPOINT }],
    decide: ({ head, content, now }) => {
      if (isOutdated(prepared, content.checkpoint))
        return { result: null, changes: [], events: [] };
      const permit = under && guardWrite(head, under.authority, now, under.probe);
      const snapshot = entryOf(request, prepared, head, now);
      const version = `v${snapshot.number}`;
      const message = `snapshot ${version} of stack '${head.name}' created by ${request.creator}`;
      const data = { version, serial: prepared.serial };
      return {
        result: { version, snapshot },
        fence: permit?.fence ?? null,
        changes: [
          ...(permit?.changes ?? []),
          putEntry('snapshot', version, snapshot),
          ...checkpointChange(prepared, content.checkpoint),
        ],
        events: [...(permit?.events ?? []), event('snapshot.created', 'snapshot', message, data)],
        chunks: prepared.chunks,
      };
    },
  };
}

/** Labels a content that comes from elsewhere as the next version; it is of no serial of this log. */
export function importSnapshotCommand(
  {
    creator,
    description,
    tags,
    execution,
    createdAt,
  }: SnapshotRequest & Pick<SnapshotEntry, 'createdAt'>,
  content: StoredContent,
  chunks: readonly Chunk[],
): Command<CreatedSnapshot> {
  return {
    operation: 'snapshot.import',
    decide: ({ head }) => {
      const number = head.nextSnapshot;
      const version = `v${number}`;
      const snapshot: SnapshotEntry = {
        number,
        serial: 0,
        content,
        protected: false,
        creator,
        description,
        tags,
        createdAt,
        execution,
        status: 'imported',
      };
      const message = `snapshot ${version} of stack '${head.name}' imported`;
      return {
        result: { version, snapshot },
        changes: [putEntry('snapshot', version, snapshot)],
        events: [event('snapshot.created', 'snapshot', message, { version, serial: 0 })],
        chunks,
      };
    },
  };
}

/** Keeps a prepared content without a label, so that reading the past begins there. */
export function checkpointCommand(prepared: PreparedContent): Command<void> {
  return {
    operation: 'checkpoint',
    needs: [{ kind: 'checkpoint', name: CHECKPOINT }],
    decide: ({ content }) => {
      const outdated = isOutdated(prepared, content.checkpoint);
      const changes = outdated ? [] : checkpointChange(prepared, content.checkpoint);
      return { result: undefined, changes, events: [], chunks: prepared.chunks };
    },
  };
}

function isOutdated(
  { from }: PreparedContent,
  checkpoints: ReadonlyMap<string, CheckpointEntry>,
): boolean {
  return (checkpoints.get(CHECKPOINT)?.chunk ?? '') !== from;
}

function checkpointChange(
  { serial, content, weight }: PreparedContent,
  checkpoints: ReadonlyMap<string, CheckpointEntry>,
): Change[] {
  const { chunk } = content;
  if (checkpoints.get(CHECKPOINT)?.serial === serial) return [];
  const { base, deltas } = weight;
  return [putEntry('checkpoint', CHECKPOINT, { serial, chunk, base, deltas })];
}

function entryOf(
  { creator, description, tags, execution }: SnapshotRequest,
  { serial, status, content }: PreparedContent,
  head: Head,
  now: number,
): SnapshotEntry {
  const number = head.nextSnapshot;
  const createdAt = now;
  return {
    number,
    serial,
    content,
    protected: false,
    creator,
    description,
    tags,
    createdAt,
    execution,
    status,
  };
}
