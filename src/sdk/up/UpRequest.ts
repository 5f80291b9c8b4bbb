import type { DecideDrift, DriftDecision } from '../../engine/run/RunPlan.ts';
import type { UpMessage } from './UpMessage.ts';

/** Which stacks of a project to run, and how. */
export interface UpRequest {
  readonly stacks?: readonly string[];
  readonly all?: boolean;
  readonly tag?: string;
  /** What has changed in git, and all that depends on it. */
  readonly affected?: boolean;
  /** The revision to compare with. */
  readonly base?: string;
  readonly stale?: boolean;
  /** Goes on with the last one that did not end well. */
  readonly resume?: boolean;
  readonly maxConcurrent?: number;
  /** Whether stacks that don't need a failed one go on. */
  readonly keepGoing?: boolean;
  readonly allowBreaking?: boolean;
  readonly allowDeletions?: boolean;
  /** What to do with changes from outside; stops where it is left out. */
  readonly onDrift?: DriftDecision | DecideDrift;
  readonly project?: string;
  readonly signal?: AbortSignal;
  readonly report: (message: UpMessage) => void;
}

/** What is kept of a request, so that another process can go on with it. */
export interface KeptRequest {
  readonly stacks: readonly string[];
  /** Whether stacks that are not stale are left out. */
  readonly onlyStale: boolean;
  readonly keepGoing: boolean;
  readonly allowBreaking: boolean;
  readonly allowDeletions: boolean;
}
