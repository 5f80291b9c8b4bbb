import type { PlannedResource } from '../engine/resources/planResources.ts';
import type { DecideDrift, DriftDecision } from '../engine/run/RunPlan.ts';
import type { Report } from '../engine/session/RunMessage.ts';
import type { DependencyDeclaration, ExecutionStatus } from '../model/entry.ts';
import type { JsonObject } from '../model/json.ts';
import type { ValidationReport } from '../services/validation/ValidationReport.ts';
import type { UnknownOutputs } from './UnknownOutputs.ts';
import type { AnnouncedStack } from './up/UpMessage.ts';

export interface RunRequest {
  /** The workflow's name; may be left out where the file defines exactly one. */
  readonly workflow?: string;
  /** May be left out with `plan`. */
  readonly file?: string;
  /** File of a plan to be done exactly; what it was made with is taken from it. */
  readonly plan?: string;
  /** With `dryRun`: file to write the plan to. */
  readonly planOut?: string;
  /** The workflow's name where it is left out. */
  readonly stack?: string;
  readonly validate?: boolean;
  readonly dryRun?: boolean;
  /** Path of a YAML or JSON file. */
  readonly valuesFile?: string;
  /** The values themselves, where there is no file. */
  readonly values?: JsonObject;
  /** Stacks that this one needs by the project file, by name; left as they are without it. */
  readonly project?: ReadonlyMap<string, DependencyDeclaration>;
  /** `key.path=value` pairs that override values. */
  readonly set?: readonly string[];
  /** As `set`, with values that are texts whatever they look like. */
  readonly setString?: readonly string[];
  /** `key=value` pairs for the `params` of task functions. */
  readonly params?: readonly string[];
  readonly resume?: boolean;
  /** With `resume`: go on beside processes of the run before that nobody can end. */
  readonly besideOrphans?: boolean;
  readonly maxParallel?: number;
  /** The `up` that it is a part of. */
  readonly up?: string;
  /** With `dryRun`: which outputs of other stacks count as unknown. */
  readonly unknown?: UnknownOutputs;
  /** Whether it runs although stacks that it needs are missing, or are not as it needs them. */
  readonly allowUnmet?: boolean;
  /** Whether outputs that others use may go. */
  readonly allowBreaking?: boolean;
  /** Whether more may be deleted than usual. */
  readonly allowDeletions?: boolean;
  /** What to do with changes from outside that would be reverted, or who decides; stops where it is left out. */
  readonly onDrift?: DriftDecision | DecideDrift;
  /** Aborted by the first SIGINT or SIGTERM: no new tasks, running ones are ended. */
  readonly signal?: AbortSignal;
  readonly report: Report;
}

export interface RunOutcome {
  readonly stack: string;
  readonly workflow: string;
  /** Empty for a dry run. */
  readonly execution: string;
  readonly status: ExecutionStatus | 'planned';
  /** Names of tasks that may run at the same time, group by group. */
  readonly plan: readonly (readonly string[])[];
  /** What is to be done to real objects; only of a dry run. */
  readonly resources: readonly PlannedResource[];
  readonly validation: ValidationReport | null;
}

/** What an `up` or a `down` would do. */
export interface UpPlan {
  readonly stacks: readonly AnnouncedStack[];
  /** Stacks that the project no longer has. */
  readonly removed: readonly string[];
  /** The most at the same time. */
  readonly slots: number;
}

/** Which project file to use; the nearest `sloth.yaml` where it is left out. */
export interface ProjectOption {
  readonly project?: string;
}
