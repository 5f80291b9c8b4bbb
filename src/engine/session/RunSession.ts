import type { ArtifactEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { WorkflowProgram } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Attributes, Properties, ProviderMachine } from '../../model/provider.ts';
import type { TaskResult, WorkflowDefinition } from '../../model/workflow.ts';
import type { ExecutionAuthority } from '../../services/executions/taskCommands.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { GroupRecord } from '../context/ProcessGroups.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { DeclaredResource, PreparedResource } from '../resources/DeclaredResource.ts';
import type { Report } from './RunMessage.ts';

/** What is known of a resource once it is applied. */
export interface AppliedFacts {
  readonly properties: Properties;
  readonly attributes: Attributes;
}

/** One execution while it runs: what its parts share, and nothing they could derive. */
export interface RunSession {
  readonly context: EngineContext;
  readonly program: WorkflowProgram;
  readonly definition: WorkflowDefinition;
  readonly head: Head;
  readonly authority: ExecutionAuthority;
  readonly redactor: Redactor;
  readonly report: Report;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly params: Readonly<Record<string, string>>;
  /** The environment of this process, below each task's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; tasks without a `workdir` run here. */
  readonly workdir: string;
  /** Where artifacts are kept. */
  readonly artifactFolder: string;
  /** Results of the tasks that have completed, by name. */
  readonly results: Map<string, TaskResult>;
  /** Artifacts of the tasks that have completed, by task. */
  readonly artifacts: Map<string, readonly ArtifactEntry[]>;
  readonly resources: readonly DeclaredResource[];
  /** The resources that each of them needs, also through tasks, by address. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** Those that refer to nothing, by address: ready to be applied. */
  readonly prepared: ReadonlyMap<string, PreparedResource>;
  /** What was applied so far, by address: what other resources refer to. */
  readonly applied: Map<string, AppliedFacts>;
  /** Attributes that are left as somebody made them, by address. */
  readonly keep: ReadonlyMap<string, readonly string[]>;
  /** Addresses that are no longer declared, dependents first. */
  readonly deletions: readonly string[];
  /** The objects whose pre-image this execution has kept, or that it made. */
  readonly kept: Set<string>;
  /** How many resources ended how, so far. */
  readonly tally: Map<string, number>;
  readonly machine: ProviderMachine;
  /** The processes that it has started. */
  readonly groups: GroupRecord;
  /** Aborted when no task may go on: a signal, the workflow's timeout, a lost lock. */
  readonly stop: AbortController;
}
