import type { JsonValue } from './json.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import type { ChangeTrace, DriftKind, DriftSeverity } from './provider.ts';
import type { ResourceOptions, SourcePosition } from './workflow.ts';

/**
 * What a stack's log holds by key. `content` kinds are what a snapshot holds and a restore sets
 * back; `record` kinds tell what happened and are never set back: history is not rewritten.
 */
export const entryKinds = {
  value: 'content',
  output: 'content',
  resource: 'content',
  task: 'content',
  dependency: 'content',
  workflow: 'content',
  execution: 'record',
  task_run: 'record',
  snapshot: 'record',
  preimage: 'record',
  drift: 'record',
  acceptance: 'record',
  look: 'record',
  checkpoint: 'record',
  cut: 'record',
  clock: 'record',
  queue: 'record',
} as const;

export type EntryKind = keyof typeof entryKinds;

/** A value as stored: plain, or encrypted when it is sensitive. Exactly one of the two is there. */
export type StoredValue =
  | { readonly value: JsonValue; readonly sensitive?: false }
  | { readonly sealed: string; readonly sensitive: true };

/**
 * What is being done to an object; an entry that still says so after a kill is to be looked at. `failed`:
 * the last attempt to bring it to what is declared did not succeed.
 */
export type ResourceStatus =
  | 'applied'
  | 'creating'
  | 'updating'
  | 'replacing'
  | 'deleting'
  | 'failed';

/**
 * How a stack came to an object. `made`: the stack made it. `found`: it was there before the stack, which
 * never deletes it. `imported`: somebody told the stack to own it.
 */
export type ResourceOrigin = 'made' | 'found' | 'imported';

/** The object that a resource was before its declaration named another one. */
export interface ReplacedObject {
  readonly identity: string;
  readonly properties: StoredValue;
  readonly origin: ResourceOrigin;
}

/** What was made on the way to an object, and goes with it where nothing else is in it. */
export interface MadePlaces {
  /** The file in which the object lies; `null` where the object is all of it. */
  readonly file: string | null;
  /** The folders above it, the innermost first. */
  readonly folders: readonly string[];
}

/** A resource as the state knows it. Its entry's name is its address, as `file.config`. */
export interface ResourceEntry {
  readonly type: string;
  readonly status: ResourceStatus;
  /** Read with `originOf`: an entry of an earlier version doesn't say. */
  readonly origin?: ResourceOrigin;
  /** Why it failed; only there while it has. */
  readonly reason?: string;
  /** That its object was not there after it failed, so that it claims none. */
  readonly absent?: true;
  /** What was made on the way to its object. */
  readonly made?: MadePlaces;
  /** The object whose place it takes; only there until that is gone or let go. */
  readonly replaced?: ReplacedObject;
  /** As prepared by its provider: enough to read, fix and delete the object without the workflow. */
  readonly properties: StoredValue;
  /** What it looked like when it was last applied; `{}` before that. */
  readonly attributes: StoredValue;
  /** The secrets that its properties hold, each by itself; only there where they hold some. */
  readonly secrets?: StoredValue;
  /** Attributes that are never shown. */
  readonly masked: readonly string[];
  /** Names the object among all of its type on its machine. */
  readonly identity: string;
  /** The machine it lies on; empty where it is the same seen from any machine. */
  readonly host: string;
  /** Addresses of other resources. */
  readonly dependencies: readonly string[];
  readonly options: ResourceOptions;
  /** Where it is declared. */
  readonly at: SourcePosition;
  /** Epoch milliseconds; `null` before the first time. */
  readonly appliedAt: number | null;
}

/**
 * What an object was before an execution changed or deleted it for the first time. Its entry's name is
 * `<address>/p<serial>`.
 */
export interface PreImageEntry {
  readonly type: string;
  readonly identity: string;
  readonly host: string;
  /** The commit that it was kept in; what the object was at any time since the change before. */
  readonly serial: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly execution: string | null;
  /** What was about to be done. */
  readonly status: Exclude<ResourceStatus, 'applied' | 'failed'>;
  readonly origin: ResourceOrigin;
  /** The declaration that it was kept by, and is put back by. */
  readonly properties: StoredValue;
  /** In its provider's terms; `{ "value": null }` where nothing could be kept. */
  readonly data: StoredValue;
  /** Its bytes; encrypted where `data` is. */
  readonly content: ChunkReference | null;
  /** Why it could not be kept; empty where it was. */
  readonly unkept: string;
}

/** What the last look at a resource's object found. */
export interface DriftEntry {
  readonly status: DriftStatus;
  readonly checkedAt: number;
  /** When the present drift was first seen; `null` without drift. */
  readonly firstSeen: number | null;
  readonly findings: readonly DriftFinding[];
  /** Findings that somebody has accepted, for now. */
  readonly accepted: readonly DriftFinding[];
  /** Why it could not be read. */
  readonly reason: string;
  readonly changed: ChangeTrace | null;
}

/** That all objects of a stack were looked at, kept by whoever wants to use it again. */
export interface LookEntry {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Drift that somebody can live with. Its entry's name is `<address>/<attribute>`. */
export interface AcceptanceEntry {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
  /** Epoch milliseconds; `null` for good. */
  readonly until: number | null;
  /** The actual value that is accepted; another one is drift again. */
  readonly actual: StoredValue;
}

/**
 * `failed`: the last apply of it did not succeed, whatever the object looks like. `applying`: somebody
 * works on it at this moment.
 */
export type DriftStatus =
  | 'in_sync'
  | 'modified'
  | 'deleted'
  | 'failed'
  | 'applying'
  | 'unreadable'
  | 'not_checked';

/** One attribute that is not as it was applied; sensitive values are masked. */
export interface DriftFinding {
  readonly attribute: string;
  readonly expected: JsonValue;
  readonly actual: JsonValue;
  readonly kind: DriftKind;
  readonly severity: DriftSeverity;
  readonly impact: string;
  readonly suggestion: string;
}

/** A task as its workflow last declared it; compared between snapshots. */
export interface TaskEntry {
  readonly workflow: string;
  readonly description: string;
  readonly timeout: number | null;
  readonly retries: number;
  readonly dependsOn: readonly string[];
  readonly tags: readonly string[];
}

/**
 * The workflow whose run made the content what it is: the last one that ended well. Its entry's name is
 * `current`; a stack has none before its first run has ended well.
 */
export interface WorkflowEntry {
  readonly name: string;
  readonly version: string;
}

/** How the entry of the workflow is named. */
export const CURRENT_WORKFLOW = 'current';

/** Another stack that this one needs, by name. */
export interface DependencyEntry {
  /** Only in an entry of an earlier version: the workflow that declares it. */
  readonly declaredBy?: string;
  /** Every place that declares it. */
  readonly declarations?: readonly DependencyDeclaration[];
  /** What was read of it. */
  readonly used?: UsedOutputs;
}

/** A place that says that a stack needs another. */
export interface DependencyDeclaration {
  readonly source: 'workflow' | 'project' | 'hand';
  /** The workflow's name, or the person's. */
  readonly by: string;
  /** Versions that will do; '' for any. */
  readonly range: string;
  /** Where it is written; `null` for one by hand. */
  readonly at: { readonly file: string; readonly line: number } | null;
}

/** The outputs of another stack that an execution read, and at which serial of that stack. */
export interface UsedOutputs {
  readonly lineage: string;
  readonly outputs: Readonly<
    Record<string, { readonly serial: number; readonly execution: string }>
  >;
}

/** A place in line of an `up` over several stacks; its entry's name is the id of that. */
export interface QueueEntry {
  /** The chunk that says what was asked for: all stacks, and how. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string;
  readonly process: ProcessIdentity;
}

export type ExecutionStatus = 'running' | 'success' | 'failed' | 'interrupted' | 'fenced';

/** One run of a workflow against a stack. Times are epoch milliseconds. */
export interface ExecutionEntry {
  readonly workflow: string;
  readonly version: string;
  readonly file: string;
  readonly status: ExecutionStatus;
  readonly actor: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** How often it was gone on with after an interruption or a failure. */
  readonly resumed: number;
  readonly taskCount: number;
  readonly reason: string;
  /** The snapshot taken before it, as `v12`; empty when there is none. */
  readonly snapshot: string;
  /** Whether its failure set the content back to that snapshot; then there is nothing to resume. */
  readonly rolledBack: boolean;
  readonly process: ProcessIdentity;
  /** The `up` that it is a part of. */
  readonly up?: string;
}

export type TaskStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'interrupted';

/** A piece of captured text in the chunk store. */
export interface ChunkReference {
  readonly hash: string;
  readonly bytes: number;
}

/** A file that a task produced. */
export interface ArtifactEntry {
  readonly path: string;
  /** Of the file itself. */
  readonly bytes: number;
  /** Of what is kept: of the encrypted bytes, where it is encrypted. */
  readonly sha256: string;
  /** The key it is encrypted with, because it holds a secret. */
  readonly key?: string;
}

/** What became of one task in one execution. Its entry's name is `<execution>/<task>`. */
export interface TaskRunEntry {
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly message: string;
  /** Why it failed or was skipped. */
  readonly reason: string;
  readonly outputs: StoredValue;
  readonly output: ChunkReference | null;
  /** Whether the middle of what it printed was left out of `output`. */
  readonly outputCut?: true;
  readonly artifacts: readonly ArtifactEntry[];
}

/** The content at a serial, as it is stored, and what it holds. */
export interface StoredContent {
  /** Hash of the chunk that names it. */
  readonly chunk: string;
  /** Bytes of it as JSON. */
  readonly size: number;
  readonly resources: number;
  readonly tasks: number;
}

/** The newest stored content of a stack; reading its past never begins further back than needed. */
export interface CheckpointEntry {
  readonly serial: number;
  readonly chunk: string;
  /** Compressed bytes of its base, and of the deltas on it. */
  readonly base: number;
  readonly deltas: number;
}

/** Where the log begins since its older commits were removed. */
export interface CutEntry {
  /** The newest commit that was removed, and its hash: the next one follows from it. */
  readonly serial: number;
  readonly hash: string;
  /** Epoch milliseconds of that commit. */
  readonly at: number;
  /** Chunk of the content at that serial. */
  readonly content: string;
  /** Chunk of everything that folding the removed commits gave. */
  readonly state: string;
}

/** Two times of commits that follow each other, where the clock went back. Its entry's name is the later serial. */
export interface ClockEntry {
  /** Epoch milliseconds, as the earlier commit says. */
  readonly from: number;
  readonly to: number;
}

/** A labelled serial. Its entry's name is the version, as `v38`. */
export interface SnapshotEntry {
  readonly number: number;
  /** The content is the fold of the log up to this serial; 0 for one that was imported. */
  readonly serial: number;
  readonly content: StoredContent;
  /** Never pruned. */
  readonly protected: boolean;
  readonly creator: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly execution: string | null;
  readonly status: string;
}

/** The body that each kind of entry has. */
export interface EntryBodies {
  readonly value: StoredValue;
  readonly output: StoredValue;
  readonly resource: ResourceEntry;
  readonly task: TaskEntry;
  readonly dependency: DependencyEntry;
  readonly workflow: WorkflowEntry;
  readonly execution: ExecutionEntry;
  readonly task_run: TaskRunEntry;
  readonly snapshot: SnapshotEntry;
  readonly preimage: PreImageEntry;
  readonly drift: DriftEntry;
  readonly acceptance: AcceptanceEntry;
  readonly look: LookEntry;
  readonly checkpoint: CheckpointEntry;
  readonly cut: CutEntry;
  readonly clock: ClockEntry;
  readonly queue: QueueEntry;
}

/** One entry of a stack, read back. */
export type Entry<K extends EntryKind = EntryKind> = {
  [Kind in K]: { readonly kind: Kind; readonly name: string; readonly body: EntryBodies[Kind] };
}[K];

/** The entries to read beside a head: one by its name, those with a prefix, or a whole kind. */
export type Selection = readonly {
  readonly kind: EntryKind;
  readonly name?: string;
  readonly prefix?: string;
}[];

/** Whether a selection asks for an entry. */
export function selects(selection: Selection, kind: EntryKind, name: string): boolean {
  return selection.some(
    (each) =>
      each.kind === kind &&
      (each.name === undefined || each.name === name) &&
      (each.prefix === undefined || name.startsWith(each.prefix)),
  );
}
