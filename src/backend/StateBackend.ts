import type { Commit } from '../model/commit.ts';
import type { Content } from '../model/content.ts';
import type { Selection } from '../model/entry.ts';
import type { Severity, StoredEvent } from '../model/event.ts';
import type { Head, StackStatus } from '../model/head.ts';
import type { BackupStore } from './BackupStore.ts';
import type { Chunk } from './Chunk.ts';
import type { FoldedLog } from './foldLog.ts';

/** A stack by the name it has now, or by its lineage whatever its name. */
export type StackRef = { readonly name: string } | { readonly lineage: string };

/** A head and the entries asked for beside it, of the same serial. */
export interface StackView {
  readonly head: Head;
  /** Holds what the selection asked for and nothing else; the caller may change it in place. */
  readonly content: Content;
}

/** Commits of one lineage with consecutive serials, and the chunks that they refer to. */
export interface Append {
  readonly lineage: string;
  readonly commits: readonly Commit[];
  readonly chunks?: readonly Chunk[];
}

/**
 * What became of an append. `conflict`: another writer has the first serial; nothing was written.
 * `name_taken`: a living stack has the name that a commit sets; nothing was written.
 */
export type AppendOutcome =
  | { readonly status: 'appended' }
  | { readonly status: 'conflict' }
  | { readonly status: 'name_taken'; readonly name: string };

/** Which stacks to list; all conditions must hold. Deleted stacks are never listed. */
export interface StackFilter {
  readonly status?: StackStatus;
  /** Only stacks with this name. */
  readonly name?: string;
  /** Only stacks that depend on the stack with this name. */
  readonly dependsOn?: string;
}

/** The chunks that a chunk refers to; its bytes are `undefined` where it is missing. */
export type ChunkLinks = (hash: string, bytes: Uint8Array | undefined) => readonly string[];

/** What a collection removed. */
export interface CollectedChunks {
  readonly chunks: number;
  readonly bytes: number;
}

/** An object, however many stacks may claim it. */
export interface ObjectRef {
  readonly type: string;
  readonly identity: string;
}

/** A resource that says an object is its own. */
export interface ObjectOwner {
  readonly lineage: string;
  readonly stack: string;
  /** As `file.config`. */
  readonly address: string;
  /** The machine the object lies on; empty where it is the same from any machine. */
  readonly host: string;
}

/**
 * An output that a living stack read and that is not the same any more. `replaced`: the other stack is
 * another one by the same name.
 */
export interface StaleUse {
  readonly stack: string;
  readonly producer: string;
  readonly output: string;
  readonly reason: 'changed' | 'gone' | 'replaced';
}

/** What a store keeps of its keys, by name; nothing of it opens anything without a key of the user's. */
export interface StoreKeys {
  get(name: string): Promise<string | undefined>;
  /** Makes the store where it isn't there yet: a key beside none reads as that of a store that was lost. */
  makeStore(): Promise<void>;
  /**
   * Replaces a text, atomically and durably, where it is `from` (`undefined`: not there). Out: whether it was;
   * of two processes at once, one wins. What was there before is overwritten, not only let go.
   */
  swap(name: string, from: string | undefined, to: string): Promise<boolean>;
}

/** A row of a projection that is not what the log says. */
export interface TableFault {
  readonly table: string;
  /** What names it in its table; empty where a stack has one row there. */
  readonly row: string;
  /** The commit that it came from, where the row says it. */
  readonly serial?: number;
  /** As a phrase: `its body is not what the log says`. */
  readonly reason: string;
}

/** Which commits to read, oldest first. */
export interface CommitRange {
  /** Only serials above this one. */
  readonly after?: number;
  /** The newest serial that is wanted. */
  readonly upTo?: number;
  readonly limit?: number;
  /** Gives what is there, also where it can be seen to be damaged: a verification names that itself. */
  readonly asFound?: boolean;
}

/** Which events to read, oldest first; all conditions must hold. */
export interface EventQuery {
  readonly lineage?: string;
  /** Exact types, or families as `lock.*`. */
  readonly types?: readonly string[];
  readonly severities?: readonly Severity[];
  /** Epoch milliseconds, inclusive. */
  readonly since?: number;
  readonly execution?: string;
  /** Only what was written after this cursor. */
  readonly after?: string;
  /** The newest so many. */
  readonly limit?: number;
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Hand it in as `after` to read what came later. */
  readonly cursor: string;
}

/** Differences between drivers, so that nobody has to test for a driver's name. */
export interface BackendCapabilities {
  /** Whether other processes can open the same store at the same time. */
  readonly shared: boolean;
  /** Whether an acknowledged append survives a crash of the process and a loss of power. */
  readonly durable: boolean;
}

/**
 * A store of logs. The contract, each point proved by the conformance suite in `src/testing`:
 *
 * 1. **Put if absent.** `append` writes all its commits and chunks or nothing. It succeeds if and
 *    only if the lineage's newest serial is the one before its first commit's, and that commit's
 *    `parent` is the newest hash. Of any number of racing appends for one serial, one wins.
 * 2. **Durable.** Where `capabilities.durable`, an `append` that resolved with `appended` survives
 *    SIGKILL and a loss of power. Nothing is acknowledged before.
 * 3. **One name, one living stack.** An append that would give a living stack's name to another
 *    is `name_taken`. A deleted stack's name is free.
 * 4. **Reads are consistent.** A view's head and content are of one serial, and never older than
 *    an append that was acknowledged before the read began, whichever client made it.
 * 5. **Projections are folds.** Heads, entries and events equal what folding the commits gives.
 * 6. **One clock.** `now` is the clock that all clients of the store share; leases end by it.
 *
 * Methods reject with a `SlothError` of the `backend.*` family and nothing else.
 */
export interface StateBackend {
  /** Where the store is, for people. */
  readonly location: string;
  readonly capabilities: BackendCapabilities;
  /** Epoch milliseconds. */
  now(): Promise<number>;
  /** The stack as it is; also a deleted one when asked for by lineage. */
  read(ref: StackRef, selection: Selection): Promise<StackView | undefined>;
  /** Heads, by name. */
  list(filter?: StackFilter): Promise<readonly Head[]>;
  /** The resources of living stacks that are this object, by the name of their stack. */
  owners(object: ObjectRef): Promise<readonly ObjectOwner[]>;
  /** What makes stacks stale, by the names of the stack, the producer and the output. */
  staleUses(): Promise<readonly StaleUse[]>;
  append(append: Append): Promise<AppendOutcome>;
  commits(lineage: string, range?: CommitRange): Promise<readonly Commit[]>;
  events(query?: EventQuery): Promise<EventPage>;
  /**
   * Removes the commits of a log up to a serial, and their events. Nothing happens unless an entry `cut`
   * of at least that serial is there: what follows could otherwise not be verified or folded.
   */
  truncate(lineage: string, upTo: number): Promise<void>;
  chunk(hash: string): Promise<Uint8Array | undefined>;
  /**
   * What of a stack's projections is not what its log says, at most `most` of it; none where heads, entries
   * and events are folded anew for each read. `start` is what the removed commits of a compacted log gave.
   */
  tableFaults(
    lineage: string,
    options: { readonly start: FoldedLog | null; readonly most: number },
  ): Promise<readonly TableFault[]>;
  /**
   * Removes the chunks that no entry of any stack leads to, and gives back their room; all at one
   * moment, so that nothing that is appended meanwhile refers to what goes. `links` gives the chunks
   * that a chunk refers to, and throws where it can't be read: then nothing is removed.
   */
  collectChunks(links: ChunkLinks): Promise<CollectedChunks>;
  /** The keys that the store's values are sealed with, encrypted. */
  readonly keys: StoreKeys;
  /** `null` where copying the whole store is not this program's to do. */
  readonly backups: BackupStore<StateBackend> | null;
  close(): Promise<void>;
}
