import type { WorkflowProgram } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';
import type { RunDependencies } from '../../services/deps/declaredDependencies.ts';
import type { DeletionPolicy } from '../../services/resources/decideDeletions.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { AgreedPlan } from '../resources/agreedPlan.ts';
import type { PlannedResource } from '../resources/planResources.ts';
import type { Report } from '../session/RunMessage.ts';

/** What a run does with attributes that somebody changed since it applied them. */
export type DriftDecision = 'overwrite' | 'keep' | 'stop';

/** Asks somebody who has seen the plan. */
export type DecideDrift = (plan: readonly PlannedResource[]) => Promise<DriftDecision>;

/** What to run, and how; everything that the configuration or the command line decides. */
export interface RunPlan {
  readonly program: WorkflowProgram;
  readonly definition: WorkflowDefinition;
  readonly stack: string;
  readonly resume: boolean;
  /** Whether to resume although something of the run before goes on, and can't be ended. */
  readonly besideOrphans: boolean;
  readonly maxParallel: number;
  readonly requireLock: boolean;
  readonly createSnapshot: boolean;
  readonly detectDrift: boolean;
  readonly deletions: DeletionPolicy;
  /** The plan that somebody has seen and wants done, and nothing else; `null` for none. */
  readonly agreed: AgreedPlan | null;
  /** What to do with changes from outside that the run would revert, or who decides it. */
  readonly onDrift: DriftDecision | DecideDrift;
  /** The `up` that it is a part of; `null` for none. */
  readonly up: string | null;
  /** Whether outputs that others use may go. */
  readonly allowBreaking: boolean;
  /** What is known of the stacks that this one needs. */
  readonly dependencies: RunDependencies;
  /** The most executions that may run at the same time in this store. */
  readonly maxConcurrent: number;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly params: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly databasePath: string;
  readonly artifactFolder: string;
  readonly redactor: Redactor;
  readonly report: Report;
  /** Aborted from outside to stop the run. */
  readonly signal: AbortSignal;
  /** Validates, for who has locks of these ids; rejects where the stack is not fit to run. */
  readonly validate: (lockIds: ReadonlySet<string>) => Promise<void>;
}
