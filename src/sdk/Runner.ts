import type * as v from 'valibot';
import type { ReachCrashPoint } from '../backend/crashPoint.ts';
import type { AdoptedDrift } from '../engine/drift/adoptDrift.ts';
import type { FixedResource, FixOutcome } from '../engine/drift/fixDrift.ts';
import type { UnmanagedObjects } from '../engine/drift/listUnmanaged.ts';
import type { CompactedLog } from '../engine/log/compactLog.ts';
import type { StackLogVerdict } from '../engine/log/verifyStackLog.ts';
import type { ImportedResource } from '../engine/resources/importResource.ts';
import type { DestroyedResource, DestroyPlan } from '../engine/run/destroyResources.ts';
import type { SealedName } from '../engine/secrets/listSealed.ts';
import type { DependencyFinding } from '../services/deps/checkDependencies.ts';
import type { StackDependencies } from '../services/deps/describeDependencies.ts';
import type { GraphStatistics } from '../services/deps/graphStatistics.ts';
import type { StackOrder } from '../services/deps/orderStacks.ts';
import type { StackGraph } from '../services/deps/StackGraph.ts';
import type { DriftEpisode } from '../services/drift/driftHistory.ts';
import type { NextKey, RotatedKeys } from '../services/secrets/rotateKeys.ts';
import type { ValidationReport } from '../services/validation/ValidationReport.ts';
import type { AnchorRequest } from './anchor/verifyAnchored.ts';
import type { Configuration } from './configuration/Configuration.ts';
import type { CallOptions, Client } from './operations/Client.ts';
import type { Operation, Schema } from './operations/Operation.ts';
import type { Operations } from './operations/operations.ts';
import type { PictureFormat, PictureOptions } from './pictures/PictureOptions.ts';
import type { ProjectOption, RunOutcome, RunRequest, UpPlan } from './requests.ts';
import type {
  AcceptedDrift,
  CommitChanges,
  DatabaseLocation,
  ResourceDrift,
  WatchOptions,
} from './shown.ts';
import type { StackReason } from './up/explainStack.ts';
import type { StackEnd } from './up/UpMessage.ts';
import type { UpRequest } from './up/UpRequest.ts';

export type { StaleUse } from '../backend/StateBackend.ts';
export type { AdoptedDrift } from '../engine/drift/adoptDrift.ts';
export type { FixedResource, FixOutcome, LeftDrift } from '../engine/drift/fixDrift.ts';
export type { RestorePreview } from '../engine/objects/previewObjects.ts';
export type { UnrestoredObject } from '../engine/objects/rollbackObjects.ts';
export type { ImportedResource } from '../engine/resources/importResource.ts';
export type { DestroyedResource, DestroyPlan } from '../engine/run/destroyResources.ts';
export type { SnapshotVerdict } from '../engine/snapshots/verifySnapshots.ts';
export type { DependencyFinding } from '../services/deps/checkDependencies.ts';
export type { StackDependencies } from '../services/deps/describeDependencies.ts';
export type { Estimate, StackOrder } from '../services/deps/orderStacks.ts';
export type { StackEdge, StackGraph, StackNode } from '../services/deps/StackGraph.ts';
export type { RotatedKeys } from '../services/secrets/rotateKeys.ts';
export type {
  Comparison,
  EntryChange,
  FieldChange,
} from '../services/snapshots/compareContents.ts';
export type { CheckResult, ValidationReport } from '../services/validation/ValidationReport.ts';

export type { PictureFormat, PictureOptions } from './pictures/PictureOptions.ts';
export type * from './requests.ts';
export type * from './shown.ts';
export type { StackReason } from './up/explainStack.ts';
export type {
  AnnouncedStack,
  StackEnd,
  StackEndStatus,
  UpDirection,
  UpMessage,
} from './up/UpMessage.ts';
export type { UpRequest } from './up/UpRequest.ts';

/** What the library, the CLI and the API do with stacks. Everything rejects with `SlothError`. */
export interface Runner {
  /** Every operation as a method, with its input and its output as they are told elsewhere. */
  readonly client: Client<Operations>;
  /** The same for an operation at hand. */
  call<I extends Schema, O extends Schema, P extends Schema>(
    operation: Operation<I, O, P>,
    input: unknown,
    options?: CallOptions<v.InferOutput<P>>,
  ): Promise<v.InferInput<O>>;
  readonly location: DatabaseLocation;
  readonly configuration: Configuration;
  /** The configuration files that were read, the weakest first. */
  readonly configurationFiles: readonly string[];
  readonly stacks: {
    /** What each of the newest commits changed, oldest first. */
    changes(name: string, options?: { limit?: number }): Promise<readonly CommitChanges[]>;
    /** `compacted`: older commits, up to that serial, were removed on purpose; 0 for none. */
    verifyLog(name: string, options?: { anchor?: AnchorRequest }): Promise<StackLogVerdict>;
    /** Removes commits that are older than so many milliseconds. */
    compactLog(name: string, options: { keepFor: number }): Promise<CompactedLog>;
  };
  readonly deps: {
    show(
      name: string,
      options?: ProjectOption,
    ): Promise<StackDependencies & { readonly graph: StackGraph }>;
    /** A stack with those it needs directly, or all the way down; all stacks without a name. */
    graph(
      name?: string,
      options?: ProjectOption & { fullTree?: boolean },
    ): Promise<{ graph: StackGraph; statistics: GraphStatistics }>;
    /** Draws a graph; to a file, where one is named. */
    draw(
      graph: StackGraph,
      format: PictureFormat,
      options?: Partial<PictureOptions> & { readonly file?: string; readonly force?: boolean },
    ): Promise<string | Uint8Array>;
    /** What is wrong with a stack's dependencies, or with all of them. */
    check(name?: string, options?: ProjectOption): Promise<readonly DependencyFinding[]>;
    order(names: readonly string[], options?: ProjectOption): Promise<StackOrder>;
    /**
     * `dependency` as `name` or `name@range`; gives what is wrong then. Rejects with `deps.would_cycle`
     * where it would close a circle.
     */
    add(name: string, dependency: string): Promise<readonly DependencyFinding[]>;
    remove(name: string, dependency: string): Promise<void>;
  };
  readonly secrets: {
    /** What is stored encrypted, of one stack or of all; names, and no values. */
    list(stack?: string): Promise<readonly SealedName[]>;
    /** Encrypts all under another key: a passphrase, or a new key file. Done again after a kill, it goes on. */
    rotate(next?: NextKey): Promise<RotatedKeys>;
  };
  readonly drift: {
    /** Reads the real objects: now, or where a look of all is no older than `maxAge` milliseconds, that. */
    detect(
      name: string,
      options?: { resource?: string; maxAge?: number; signal?: AbortSignal },
    ): Promise<readonly ResourceDrift[]>;
    /** What the last look found. */
    show(name: string): Promise<readonly ResourceDrift[]>;
    /** Accepts what has drifted of `file.config`, or `file.config.content` alone, as it is now. */
    accept(
      name: string,
      what: string,
      options: { reason: string; forMilliseconds?: number },
    ): Promise<{ resource: string; attributes: readonly string[] }>;
    accepted(name: string): Promise<readonly AcceptedDrift[]>;
    /** Results in how many acceptances were taken back. */
    unaccept(name: string, what: string): Promise<number>;
    /** Takes an object as it is for what is expected of it. */
    adopt(name: string, resource: string): Promise<AdoptedDrift>;
    /** Objects of the stack's types (and of those named) that no stack looks after. */
    unmanaged(name: string, options?: { types?: readonly string[] }): Promise<UnmanagedObjects>;
    /** Looks again and again until the signal; rejects with `drift.contested`. */
    watch(name: string, options: WatchOptions): Promise<void>;
    /** Each time that something drifted, the oldest first. */
    history(name: string): Promise<readonly DriftEpisode[]>;
    fix(
      name: string,
      options?: {
        /** Only these; all that have drifted where it is left out. */
        resources?: readonly string[];
        signal?: AbortSignal;
        onFixed?: (resource: FixedResource) => void;
      },
    ): Promise<FixOutcome>;
  };
  /** Looks after an object that is there already. */
  importResource(
    name: string,
    object: { type: string; name: string; id: string },
  ): Promise<ImportedResource>;
  /** Deletes the real objects that a stack made or owns, and lets go of the others; the stack stays. */
  destroy(
    name: string,
    options?: {
      /** Whether what the stack did not make is deleted, too. */
      includeFound?: boolean;
      signal?: AbortSignal;
      onDeleted?: (resource: DestroyedResource) => void;
    },
  ): Promise<readonly DestroyedResource[]>;
  /** What that would do to each object. */
  planDestroy(name: string, options?: { includeFound?: boolean }): Promise<readonly DestroyPlan[]>;
  validate(
    name: string,
    options?: { file?: string; workflow?: string; valuesFile?: string },
  ): Promise<ValidationReport>;
  validateAll(): Promise<readonly ValidationReport[]>;
  run(request: RunRequest): Promise<RunOutcome>;
  /** What `up` would run, and what has left the project; writes nothing. */
  planUp(request: Omit<UpRequest, 'report'>): Promise<UpPlan>;
  /** Runs stacks of the project, each as soon as those it needs are done. */
  up(request: UpRequest): Promise<readonly StackEnd[]>;
  /** Plans each stack as `up` would come to it; writes nothing anywhere. */
  previewUp(request: UpRequest): Promise<readonly StackEnd[]>;
  planDown(request: Omit<UpRequest, 'report'>): Promise<UpPlan>;
  /** Deletes the objects of stacks and of all that need them, in reverse order. */
  down(request: UpRequest): Promise<readonly StackEnd[]>;
  /** Why a stack waits, is stale, skipped, drifted or locked; nothing where it isn't. */
  why(name: string, options?: ProjectOption): Promise<readonly StackReason[]>;
  close(): Promise<void>;
}

/** As much of a runner as the commands need that prompts, scripts and editors call all the time. */
export interface FrequentRunner {
  readonly client: {
    readonly locks: Pick<Runner['client']['locks'], 'status'>;
    readonly stacks: Pick<Runner['client']['stacks'], 'list' | 'outputs' | 'output'>;
  };
}

/** How to open a runner. Everything has a default; tests and embedders inject what they need. */
export interface RunnerOptions {
  /** Database file; overrides environment and configuration. */
  readonly db?: string;
  /** A configuration file to read instead of the standard places. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Look only: nothing is created, recovered, migrated or backed up. */
  readonly readOnly?: boolean;
  /** Whether this process does nothing else: whoever takes its lock over may end it where it doesn't stop. */
  readonly isDedicated?: boolean;
  /** For the crash tests. */
  readonly reach?: ReachCrashPoint;
  /** Told what is worth saying and no error: a failed backup, a recovered execution. */
  readonly onNotice?: (message: string) => void;
}
