import type { EntryBodies, EntryKind } from './entry.ts';
import type { StackStatus } from './head.ts';
import type { Lock, OpenExecution, Waiter } from './lock.ts';

/** Sets one entry, whatever it was before. */
export type PutEntry<K extends EntryKind = EntryKind> = {
  [Kind in K]: {
    readonly type: 'entry.put';
    readonly kind: Kind;
    readonly name: string;
    readonly body: EntryBodies[Kind];
  };
}[K];

/** Removes one entry; harmless when it is not there. */
export interface DeleteEntry {
  readonly type: 'entry.delete';
  readonly kind: EntryKind;
  readonly name: string;
}

/**
 * What a commit does, as plain data. `state = changes.reduce(evolve, empty)`: nothing about a stack
 * is true that no change says.
 */
export type Change =
  | PutEntry
  | DeleteEntry
  | {
      readonly type: 'stack.put';
      readonly name?: string;
      readonly description?: string;
      readonly version?: string;
      readonly status?: StackStatus;
    }
  | { readonly type: 'stack.delete' }
  | { readonly type: 'lock.put'; readonly lock: Lock }
  | {
      readonly type: 'lock.delete';
      /** Epoch milliseconds at which it had ended by itself; the commit's time where it is left out. */
      readonly at?: number;
    }
  | { readonly type: 'waiter.put'; readonly waiter: Waiter }
  | { readonly type: 'waiter.delete'; readonly id: string }
  | { readonly type: 'execution.open'; readonly execution: OpenExecution }
  | { readonly type: 'execution.close'; readonly id: string };

/** A change that sets an entry, typed by its kind. Its keys are in the order that its text has. */
export function putEntry<K extends EntryKind>(
  kind: K,
  name: string,
  body: EntryBodies[K],
): PutEntry<K> {
  return { body, kind, name, type: 'entry.put' } as PutEntry<K>;
}

/** A change that removes an entry. */
export function deleteEntry(kind: EntryKind, name: string): DeleteEntry {
  return { kind, name, type: 'entry.delete' };
}
