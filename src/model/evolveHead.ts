import type { Change } from './change.ts';
import type { Commit } from './commit.ts';
import type { ExecutionEntry, SnapshotEntry } from './entry.ts';
import { executionNumber } from './executionId.ts';
import type { Head } from './head.ts';

/**
 * The head after one more commit. Pure, total and the same in every driver: a projection that
 * disagrees with this fold is wrong.
 */
export function evolveHead(head: Head, commit: Commit): Head {
  const stamped: Head = {
    ...head,
    serial: commit.serial,
    hash: commit.hash,
    updatedAt: commit.at,
    createdAt: head.serial === 0 ? commit.at : head.createdAt,
  };
  return commit.changes.reduce((state, change) => applyToHead(state, change, commit.at), stamped);
}

function applyToHead(head: Head, change: Change, at: number): Head {
  switch (change.type) {
    case 'stack.put': {
      const { type: _, ...fields } = change;
      return { ...head, ...fields };
    }
    case 'stack.delete':
      return { ...head, deletedAt: at };
    case 'lock.put': {
      const { lockedBy, lockedAt } = change.lock;
      return { ...head, lock: change.lock, lastLock: { lockedBy, lockedAt, releasedAt: null } };
    }
    case 'lock.delete':
      return {
        ...head,
        lock: null,
        lastLock: head.lastLock && { ...head.lastLock, releasedAt: change.at ?? at },
      };
    case 'waiter.put':
      return { ...head, waiters: replaceById(head.waiters, change.waiter) };
    case 'waiter.delete':
      return { ...head, waiters: head.waiters.filter((each) => each.id !== change.id) };
    case 'execution.open':
      return { ...head, open: replaceById(head.open, change.execution) };
    case 'execution.close':
      return { ...head, open: head.open.filter((each) => each.id !== change.id) };
    case 'entry.put':
      if (change.kind === 'execution') return withExecution(head, change.name, change.body);
      if (change.kind === 'snapshot') return withSnapshot(head, change.name, change.body);
      return head;
    case 'entry.delete':
      return change.kind === 'snapshot' ? withoutSnapshot(head, change.name) : head;
  }
}

/** Keeps the place of a known member, so that a waiter who renews its lease keeps its turn. */
function replaceById<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some((each) => each.id === item.id)
    ? list.map((each) => (each.id === item.id ? item : each))
    : [...list, item];
}

function withExecution(head: Head, id: string, body: ExecutionEntry): Head {
  const { status, startedAt, endedAt } = body;
  return {
    ...head,
    executionCount: Math.max(head.executionCount, executionNumber(id)),
    lastExecution: { id, status, startedAt, endedAt },
  };
}

function withSnapshot(head: Head, version: string, body: SnapshotEntry): Head {
  const isNew = body.number >= head.nextSnapshot;
  if (!isNew) return head;
  return {
    ...head,
    nextSnapshot: body.number + 1,
    snapshotCount: head.snapshotCount + 1,
    latestSnapshot: { version, createdAt: body.createdAt },
  };
}

function withoutSnapshot(head: Head, version: string): Head {
  const wasLatest = head.latestSnapshot?.version === version;
  return {
    ...head,
    snapshotCount: Math.max(0, head.snapshotCount - 1),
    latestSnapshot: wasLatest ? null : head.latestSnapshot,
  };
}
