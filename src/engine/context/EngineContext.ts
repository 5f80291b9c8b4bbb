import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { WriteAuthority } from '../../backend/guardWrite.ts';
import type { StackWriter } from '../../backend/StackWriter.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import type { ProbeLiveness, ProcessIdentity } from '../../model/processIdentity.ts';
import type { Provider, ProviderMachine } from '../../model/provider.ts';
import type { Sealer } from '../../services/secrets/Sealer.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { ProcessGroups } from './ProcessGroups.ts';

/** Lock ids that were taken by hand and that this user may act under. */
export interface LockMemory {
  ids(lineage: string): ReadonlySet<string>;
  remember(lineage: string, id: string): void;
  forget(lineage: string, id: string): void;
}

/** The types of resources there are, and the machine they lie on. */
export interface ProviderSource {
  readonly types: readonly string[];
  readonly find: (type: string) => Promise<Provider | undefined>;
  readonly machine: (options: {
    readonly workdir: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }) => ProviderMachine;
}

/** On whose behalf an operation acts. */
export interface ActingAs {
  /** The name that stands in commits and events, as `user@host`. */
  readonly actor: string;
  readonly locks: LockMemory;
}

/** All that an operation may touch beside its own arguments; every effect comes in through here. */
export interface EngineContext {
  readonly backend: StateBackend;
  /** Whether this context only looks: then nothing is recovered, because nothing may be written. */
  readonly readOnly: boolean;
  /** Who acts, `user@host`. */
  readonly actor: string;
  /** This process, as it is stored with what it holds. */
  readonly self: ProcessIdentity;
  /** The execution whose task started this process; `null` where none did. */
  readonly inside: { readonly stack: string; readonly execution: string } | null;
  readonly probe: ProbeLiveness;
  /** What runs have started on this machine. */
  readonly groups: ProcessGroups;
  /** Epoch milliseconds of this host, for what only this process measures; leases end by the
   *  backend's clock. */
  readonly clock: () => number;
  /** Milliseconds since the machine was started, also while it slept; no clock that anybody sets. */
  readonly uptime: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly reach: ReachCrashPoint;
  readonly sealer: Sealer;
  /** Knows every secret that this process has seen: those of workflows, and those that were opened. */
  readonly redactor: Redactor;
  readonly locks: LockMemory;
  readonly providers: ProviderSource;
  /** The most bytes of an object's content that are kept before it is changed. */
  readonly preImageMax: number;
  /** The writer of a log; the same one for the same lineage, so that its commits are grouped. */
  readonly writer: (lineage: string) => StackWriter;
  /** The same for somebody else. */
  readonly as: (caller: ActingAs) => EngineContext;
  /** Told what is worth saying and no error. */
  readonly notice: (message: string) => void;
}

/** The authority of a command that runs by itself, under whatever locks its user took by hand. */
export function ownAuthority(context: EngineContext, lineage: string): WriteAuthority {
  return { lockIds: context.locks.ids(lineage), execution: null, fence: null };
}
