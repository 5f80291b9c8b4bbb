import type { Command } from '../../backend/Command.ts';
import { putEntry } from '../../model/change.ts';
import type { DriftEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { canonicalJson } from '../../model/json.ts';

/**
 * What a report says that the last one didn't, all but the time of the look; pure. Watching costs
 * nothing while nothing happens.
 */
export function driftNews(
  report: ReadonlyMap<string, DriftEntry>,
  known: ReadonlyMap<string, DriftEntry>,
): Map<string, DriftEntry> {
  const news = [...report].filter(([address, entry]) => {
    const before = known.get(address);
    return before === undefined || !saysTheSame(before, entry);
  });
  return new Map(news);
}

/**
 * Records what is new about the real objects. It changes no content, so it needs no lock; what was
 * deleted from the stack meanwhile is left out.
 */
export function recordDriftCommand(news: ReadonlyMap<string, DriftEntry>): Command<void> {
  return {
    operation: 'drift.detect',
    needs: [...news.keys()].map((name) => ({ kind: 'resource', name })),
    decide: ({ content, head }) => {
      const known = [...news].filter(([address]) => content.resource.has(address));
      const drifted = known.filter(
        ([, { status }]) => status === 'modified' || status === 'deleted',
      );
      return {
        result: undefined,
        changes: known.map(([address, entry]) => putEntry('drift', address, entry)),
        events: drifted.map(([address, { status, findings }]) => {
          const names = findings.map((each) => each.attribute).join(', ');
          const message = `resource '${address}' of stack '${head.name}' has drifted: ${names}`;
          return event('drift.detected', 'drift', message, { address, status, attributes: names });
        }),
      };
    },
  };
}

/** Whether two looks found the same, whenever they were. */
function saysTheSame(a: DriftEntry, b: DriftEntry): boolean {
  if (a.status !== b.status || a.reason !== b.reason || a.firstSeen !== b.firstSeen) return false;
  // Most objects are in sync, most of the time: they are compared without being written out.
  if (a.findings.length === 0 && b.findings.length === 0) return true;
  return canonicalJson([a.findings, a.changed]) === canonicalJson([b.findings, b.changed]);
}
