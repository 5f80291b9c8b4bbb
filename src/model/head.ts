import type { ExecutionStatus } from './entry.ts';
import type { Lock, OpenExecution, Waiter } from './lock.ts';

export type StackStatus = 'created' | 'running' | 'completed' | 'failed' | 'interrupted';

/** The latest execution, as lists show it. */
export interface ExecutionSummary {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** The latest time that somebody held the lock. */
export interface LockSummary {
  readonly lockedBy: string;
  readonly lockedAt: number;
  readonly releasedAt: number | null;
}

/**
 * The small part of a stack's state that answers most commands alone. It never grows with the
 * content: whatever has one member per value, resource or task belongs to the entries.
 */
export interface Head {
  /** Identity of this log since its creation; a name that is used again is another lineage. */
  readonly lineage: string;
  readonly name: string;
  /** The newest commit's serial and hash. */
  readonly serial: number;
  readonly hash: string;
  readonly status: StackStatus;
  readonly description: string;
  /** The version of the workflow that made the content: the last one that ended well. */
  readonly version: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly lock: Lock | null;
  readonly lastLock: LockSummary | null;
  readonly waiters: readonly Waiter[];
  readonly open: readonly OpenExecution[];
  readonly executionCount: number;
  readonly lastExecution: ExecutionSummary | null;
  /** Versions are never reused: the next one, and how many are kept. */
  readonly nextSnapshot: number;
  readonly snapshotCount: number;
  readonly latestSnapshot: { readonly version: string; readonly createdAt: number } | null;
}

/** A log before its first commit. */
export function emptyHead(lineage: string): Head {
  return {
    lineage,
    name: '',
    serial: 0,
    hash: '',
    status: 'created',
    description: '',
    version: '',
    createdAt: 0,
    updatedAt: 0,
    deletedAt: null,
    lock: null,
    lastLock: null,
    waiters: [],
    open: [],
    executionCount: 0,
    lastExecution: null,
    nextSnapshot: 1,
    snapshotCount: 0,
    latestSnapshot: null,
  };
}
