import type { Change } from '../model/change.ts';
import type { Content } from '../model/content.ts';
import type { Selection } from '../model/entry.ts';
import type { Event } from '../model/event.ts';
import type { Head } from '../model/head.ts';
import type { Chunk } from './Chunk.ts';

/** What a decision is taken on. */
export interface Situation {
  readonly head: Head;
  /** The entries the command asked for in `needs`; read only. */
  readonly content: Content;
  /** Epoch milliseconds by the backend's clock. */
  readonly now: number;
  /** The serial that the commit will have if this decision is appended. */
  readonly serial: number;
}

/** What a command decided: the commit's content and what its caller is told once it is durable. */
export interface Decision<R> {
  readonly result: R;
  /** Nothing to change and nothing to tell: no commit is written. */
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
  /** The fencing token of the lock the writer acts under. */
  readonly fence?: number | null;
  readonly chunks?: readonly Chunk[];
}

/**
 * One intended change of a stack. `decide` is pure and may be called several times: once per
 * attempt, always on the newest head. It refuses by throwing a `SlothError`.
 */
export interface Command<R> {
  readonly operation: string;
  readonly execution?: string | null;
  readonly needs?: Selection;
  readonly decide: (situation: Situation) => Decision<R>;
}
