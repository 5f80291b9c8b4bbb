import type { ProcessIdentity } from '../../model/processIdentity.ts';
import type { ProgramRecord } from '../../model/provider.ts';

/**
 * The groups of processes that a run has started, written down where another process finds them: each
 * before its program begins, so that no kill leaves one that nobody knows of.
 */
export interface GroupRecord extends ProgramRecord {
  /** Ends the record in good order: what still runs stays. */
  readonly close: () => void;
}

/** A run whose record is still there. */
export interface RecordedRun {
  readonly execution: string;
  readonly owner: ProcessIdentity;
  /** Whether its process does nothing else, and may be ended with it. */
  readonly isDedicated: boolean;
  /** Whether the record is still there: a run takes it away as the last thing that it does. */
  readonly isOpen: () => boolean;
  /** Its groups that it had not let go, whether they run or not. */
  readonly groups: () => readonly number[];
  /** Those of them that run. */
  readonly living: () => readonly number[];
  readonly remove: () => void;
}

/** Records of groups on this machine. */
export interface ProcessGroups {
  /** Begins the record of a run; a process of its own watches it, and ends its groups if the run dies. */
  readonly record: (run: { readonly lineage: string; readonly execution: string }) => GroupRecord;
  /** The runs of a stack whose records are there, without those of this process. */
  readonly recorded: (lineage: string) => readonly RecordedRun[];
}
