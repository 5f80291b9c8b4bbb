import type { StaleUse } from '../../../backend/StateBackend.ts';
import type { ResourceEntry, ResourceOrigin } from '../../../model/entry.ts';
import type { Head, StackStatus } from '../../../model/head.ts';
import { originOf, shownStatus } from '../../../model/origin.ts';
import { timeOf } from './timeOf.ts';

/** A stack in lists, as whoever asks is told of it. */
export interface ShownStack {
  readonly name: string;
  readonly status: StackStatus;
  /** Whether what it read of others is not the same any more. */
  readonly stale: boolean;
  readonly description: string;
  readonly version: string;
  readonly serial: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_execution: string | null;
  readonly last_status: NonNullable<Head['lastExecution']>['status'] | null;
  readonly duration_ms: number;
  readonly execution_count: number;
  readonly locked: boolean;
  readonly locked_by: string | null;
  readonly snapshots: number;
}

/** A resource, without what may be large or secret. */
export interface ShownResource {
  /** Its address, as `file.config`. */
  readonly name: string;
  readonly type: string;
  /** `applying` only while somebody works on it: what a dead process left half done has failed. */
  readonly status: ReturnType<typeof shownStatus>;
  readonly origin: ResourceOrigin;
  /** Why it failed; empty where it hasn't. */
  readonly reason: string;
  readonly dependencies: string[];
  readonly applied_at: string | null;
}

/** `uses`: all that are stale. */
export function staleStacks(uses: readonly StaleUse[]): ReadonlySet<string> {
  return new Set(uses.map(({ stack }) => stack));
}

/** `stale`: the names of all stacks that are. */
export function shownStack(head: Head, stale: ReadonlySet<string>): ShownStack {
  const { lastExecution: last } = head;
  return {
    name: head.name,
    status: head.status,
    stale: stale.has(head.name),
    description: head.description,
    version: head.version,
    serial: head.serial,
    created_at: timeOf(head.createdAt),
    updated_at: timeOf(head.updatedAt),
    last_execution: last && timeOf(last.startedAt),
    last_status: last?.status ?? null,
    duration_ms: last === null || last.endedAt === null ? 0 : last.endedAt - last.startedAt,
    execution_count: head.executionCount,
    locked: head.lock !== null,
    locked_by: head.lock?.lockedBy ?? null,
    snapshots: head.snapshotCount,
  };
}

export function shownResource(
  name: string,
  entry: ResourceEntry,
  isWorkedOn: boolean,
): ShownResource {
  const { type, dependencies, appliedAt, reason = '' } = entry;
  return {
    name,
    type,
    status: shownStatus(entry.status, isWorkedOn),
    origin: originOf(entry),
    reason,
    dependencies: [...dependencies],
    applied_at: appliedAt === null ? null : timeOf(appliedAt),
  };
}
