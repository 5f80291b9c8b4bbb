import type { Commit } from '../../model/commit.ts';
import type { Content } from '../../model/content.ts';
import type { StoredEvent } from '../../model/event.ts';
import type { Head } from '../../model/head.ts';

/** One stack of a memory store. */
export interface MemoryStack {
  head: Head;
  readonly content: Content;
  readonly commits: Commit[];
  /** By the name of an output, the serial that put it last. */
  readonly outputSerials: Map<string, number>;
}

/** What several memory backends can share, as clients of one store. */
export interface MemoryStore {
  readonly stacks: Map<string, MemoryStack>;
  readonly events: StoredEvent[];
  readonly chunks: Map<string, Uint8Array>;
  readonly keys: Map<string, string>;
}

/** A store with nothing in it. */
export function createMemoryStore(): MemoryStore {
  return { stacks: new Map(), events: [], chunks: new Map(), keys: new Map() };
}
