import type { FixedResource } from '../engine/drift/fixDrift.ts';
import type { SlothError } from '../errors/SlothError.ts';
import type { Commit } from '../model/commit.ts';
import type { AcceptanceEntry, DriftEntry } from '../model/entry.ts';
import type { Comparison } from '../services/snapshots/compareContents.ts';

/** Where the database is, and which rule chose it. */
export interface DatabaseLocation {
  readonly path: string;
  readonly reason: string;
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

/** A commit, and what it changed. */
export interface CommitChanges {
  readonly commit: Commit;
  readonly comparison: Comparison;
}
