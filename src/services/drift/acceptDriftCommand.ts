import type { Command } from '../../backend/Command.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { AcceptanceEntry, StoredValue } from '../../model/entry.ts';
import { event } from '../../model/event.ts';

/** What to accept, and for how long. */
export interface AcceptRequest {
  readonly address: string;
  /** The values as they are now, by attribute. */
  readonly actual: ReadonlyMap<string, StoredValue>;
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds; `null` for good. */
  readonly until: number | null;
}

/** How an acceptance is named in the stack. */
export function acceptanceName(address: string, attribute: string): string {
  return `${address}/${attribute}`;
}

/** Accepts what was just found of a resource: at check time only, nothing is changed. */
export function acceptDriftCommand(request: AcceptRequest): Command<void> {
  const { address, actual, reason, by, until } = request;
  const names = [...actual.keys()];
  const message = `drift of resource '${address}' accepted: ${names.join(', ')} (${reason})`;
  return {
    operation: 'drift.accept',
    decide: ({ now }) => ({
      result: undefined,
      changes: [...actual].map(([name, value]) => {
        const entry: AcceptanceEntry = { by, reason, at: now, until, actual: value };
        return putEntry('acceptance', acceptanceName(address, name), entry);
      }),
      events: [event('drift.accepted', 'drift', message, { address, attributes: names, reason })],
    }),
  };
}

/** Takes an acceptance back; results in how many there were. */
export function unacceptDriftCommand(address: string, attribute: string | null): Command<number> {
  const prefix = attribute === null ? `${address}/` : acceptanceName(address, attribute);
  return {
    operation: 'drift.unaccept',
    needs: [{ kind: 'acceptance', prefix }],
    decide: ({ content }) => {
      const names = [...content.acceptance.keys()].filter(
        (name) => name === prefix || (attribute === null && name.startsWith(prefix)),
      );
      if (names.length === 0) return { result: 0, changes: [], events: [] };
      const message = `drift of resource '${address}' is no longer accepted`;
      return {
        result: names.length,
        changes: names.map((name) => deleteEntry('acceptance', name)),
        events: [event('drift.unaccepted', 'drift', message, { address })],
      };
    },
  };
}
