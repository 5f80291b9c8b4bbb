import type { StaleUse } from '../backend/StateBackend.ts';
import type { FixedResource } from '../engine/drift/fixDrift.ts';
import type { SlothError } from '../errors/SlothError.ts';
import type { Commit } from '../model/commit.ts';
import type {
  AcceptanceEntry,
  ClockEntry,
  DriftEntry,
  ExecutionEntry,
  ResourceEntry,
  ResourceOrigin,
  TaskRunEntry,
} from '../model/entry.ts';
import type { Failure } from '../model/failure.ts';
import type { Head } from '../model/head.ts';
import type { JsonValue } from '../model/json.ts';
import type { LockCondition } from '../model/lock.ts';
import type { shownStatus } from '../model/origin.ts';
import type { Comparison } from '../services/snapshots/compareContents.ts';

/** Where the database is, and which rule chose it. */
export interface DatabaseLocation {
  readonly path: string;
  readonly reason: string;
}

/** Where a log says that the clock went back; `serial` is the first commit after that. */
export interface ClockStep extends ClockEntry {
  readonly serial: number;
}

/** A value of the state or an output; `value` is absent while it is sensitive and was not asked for. */
export interface ShownValue {
  readonly key: string;
  readonly value?: JsonValue;
  readonly sensitive: boolean;
}

export interface NamedResource extends Pick<ResourceEntry, 'type' | 'dependencies' | 'appliedAt'> {
  /** Its address, as `file.config`. */
  readonly name: string;
  /** `applying` only while somebody works on it: what a dead process left half done has failed. */
  readonly status: ReturnType<typeof shownStatus>;
  readonly origin: ResourceOrigin;
  /** Why it failed; empty where it hasn't. */
  readonly reason: string;
}

export interface NamedExecution extends ExecutionEntry {
  readonly id: string;
}

export interface NamedTaskRun extends TaskRunEntry {
  readonly task: string;
}

/** What a look at the object of a resource found. */
export interface ResourceDrift extends DriftEntry {
  /** Its address, as `file.config`. */
  readonly resource: string;
}

/** Drift that somebody can live with. */
export interface AcceptedDrift extends AcceptanceEntry {
  readonly resource: string;
  readonly attribute: string;
}

/** How to watch a stack's objects. */
export interface WatchOptions {
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly fix?: boolean;
  readonly signal: AbortSignal;
  readonly onLook: (found: readonly ResourceDrift[]) => void;
  readonly onFixed: (resource: FixedResource) => void;
  readonly onProblem: (error: SlothError, wait: number) => void;
}

/** All that `stack show` tells. */
export interface StackDetails {
  readonly head: Head;
  readonly lock: LockCondition;
  /** Why its last execution did not end well, in short; empty where it did. */
  readonly reason: string;
  /** What failed in it. */
  readonly failures: readonly Failure[];
  readonly resources: readonly NamedResource[];
  readonly dependencies: readonly string[];
  /** Outputs of others that it read and that are others now. */
  readonly stale: readonly StaleUse[];
}

/** A stack as it was. */
export interface StackThen {
  readonly stack: string;
  readonly label: string;
  readonly serial: number;
  /** Epoch milliseconds of that commit. */
  readonly at: number;
  readonly resources: readonly NamedResource[];
  /** How many there were. */
  readonly values: number;
  readonly outputs: number;
  readonly tasks: number;
  readonly dependencies: readonly string[];
}

/** A commit, and what it changed. */
export interface CommitChanges {
  readonly commit: Commit;
  readonly comparison: Comparison;
}
