import type { EntryKind } from '../../../model/entry.ts';
import type { JsonValue } from '../../../model/json.ts';

/** The body of an entry as it is stored, or `null` where there is none. */
export type Body = JsonValue;

/** What a content holds, kept so that nobody has to read it to tell. */
export interface PackSummary {
  /** Bytes of the content as JSON. */
  readonly size: number;
  readonly resources: number;
  readonly tasks: number;
}

/** A whole content: its entries in leaves, each by the hash of its chunk; empty ones are ''. */
export interface BaseNode extends PackSummary {
  readonly type: 'base';
  readonly serial: number;
  /** As many as a power of two: an entry is in the leaf that the hash of its key says. */
  readonly leaves: readonly string[];
}

/** Some entries of a content, sorted by key, so that equal entries make an equal chunk. */
export interface LeafNode {
  readonly type: 'leaf';
  readonly entries: readonly (readonly [kind: EntryKind, name: string, body: Body])[];
}

/** What changed since another content. */
export interface DeltaNode extends PackSummary {
  readonly type: 'delta';
  readonly serial: number;
  /** The delta or base that it changes. */
  readonly parent: string;
  /** The newest index of the deltas below; '' where there is none yet. */
  readonly index: string;
  /** Deltas down to the base, this one included. */
  readonly depth: number;
  readonly changes: readonly (readonly [kind: EntryKind, name: string, body: Body])[];
}

/** Says which of a run of deltas changed a key, so that one entry is found without reading all. */
export interface IndexNode {
  readonly type: 'index';
  /** The index of the run before; '' for the first one. */
  readonly parent: string;
  /** Hashes of the deltas, oldest first. */
  readonly deltas: readonly string[];
  /** By the short hash of a key, the last of those deltas that changed it. */
  readonly keys: readonly (readonly [key: number, delta: number])[];
}

export type PackNode = BaseNode | LeafNode | DeltaNode | IndexNode;

/** How many deltas one index covers. */
export const RUN = 32;
