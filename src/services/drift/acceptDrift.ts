import type { Command } from '../../backend/Command.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { AcceptanceEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';

/** What to accept, and for how long. */
export interface AcceptRequest {
  readonly address: string;
  /** All that has drifted where it is `null`. */
  readonly attribute: string | null;
  readonly reason: string;
  readonly by: string;
  /** Epoch milliseconds; `null` for good. */
  readonly until: number | null;
}

/** How an acceptance is named in the stack. */
export function acceptanceName(address: string, attribute: string): string {
  return `${address}/${attribute}`;
}

/**
 * Accepts what the last look found of a resource: at check time only, nothing is changed. Results in
 * the attributes accepted. Refuses with `drift.nothing_to_accept` where nothing has drifted.
 */
export function acceptDriftCommand(request: AcceptRequest): Command<readonly string[]> {
  const { address, attribute, reason, by, until } = request;
  return {
    operation: 'drift.accept',
    needs: [{ kind: 'drift', name: address }],
    decide: ({ content, head, now }) => {
      const findings = (content.drift.get(address)?.findings ?? []).filter(
        (each) => attribute === null || each.attribute === attribute,
      );
      if (findings.length === 0) {
        const what = attribute === null ? address : `${address}.${attribute}`;
        throw new SlothError('drift.nothing_to_accept', { stack: head.name, what });
      }
      const names = findings.map((each) => each.attribute);
      const message = `drift of resource '${address}' accepted: ${names.join(', ')} (${reason})`;
      return {
        result: names,
        changes: findings.map(({ attribute: name, actual }) => {
          const entry: AcceptanceEntry = { by, reason, at: now, until, actual };
          return putEntry('acceptance', acceptanceName(address, name), entry);
        }),
        events: [event('drift.accepted', 'drift', message, { address, attributes: names, reason })],
      };
    },
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
