import type { ActingAs, EngineContext } from '../../engine/context/EngineContext.ts';
import type { RetentionPolicy } from '../../services/snapshots/selectPrunable.ts';
import type { Permission } from './Permission.ts';

/** Who asks, and what they hold. */
export interface Caller extends ActingAs {
  /** The id of a lock that they carry for a stack from elsewhere; `null` for none. */
  readonly handedOn: (stack: string) => string | null;
  /** Whether they may do so much with a stack. */
  readonly may: (permission: Permission, stack: string) => boolean;
}

/** A store that is open, on this machine. */
export interface Store {
  /** Knows every secret that this process has seen. */
  readonly redactor: EngineContext['redactor'];
  readonly contextFor: (caller: ActingAs) => EngineContext;
  /** How long a lock lives where nothing else is asked, in milliseconds. */
  readonly lockTimeout: number;
  /** Which snapshots the configuration wants kept. */
  readonly retention: RetentionPolicy;
  /** The folder that paths in an input are meant from. */
  readonly cwd: string;
  /** What programs that an operation starts find in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What differs from call to call; nothing of it is data of the operation. */
export interface Call<P = never> {
  readonly store: Store;
  readonly caller: Caller;
  /** Aborted when nobody waits for an answer any more. */
  readonly signal: AbortSignal;
  /** Tells what is under way; never throws into the operation. */
  readonly emit: (message: P) => void;
}
