import type { Command } from '../../backend/Command.ts';
import { putEntry } from '../../model/change.ts';
import { hasDrifted } from '../../model/drift.ts';
import type { DriftEntry } from '../../model/entry.ts';
import { type Event, event, inSyncAgain } from '../../model/event.ts';
import { canonicalJson } from '../../model/json.ts';

/** Something that the last look did not say. */
export interface DriftNews {
  readonly entry: DriftEntry;
  /** Whether an object that had drifted is in sync again. */
  readonly resolved: boolean;
}

/**
 * What a report says that the last one didn't, all but the time of the look; pure. Watching costs
 * nothing while nothing happens.
 */
export function driftNews(
  report: ReadonlyMap<string, DriftEntry>,
  known: ReadonlyMap<string, DriftEntry>,
): Map<string, DriftNews> {
  const news = [...report].flatMap(([address, entry]): [string, DriftNews][] => {
    const before = known.get(address);
    if (before !== undefined && saysTheSame(before, entry)) return [];
    const resolved = before !== undefined && hasDrifted(before) && entry.status === 'in_sync';
    return [[address, { entry, resolved }]];
  });
  return new Map(news);
}

/** How the time of the last whole look is named. */
export const LOOK = 'whole';

/**
 * Records what is new about the real objects, and where somebody wants it, when all were looked at
 * (epoch milliseconds; `null` otherwise). It changes no content, so it needs no lock; what was
 * deleted from the stack meanwhile is left out.
 */
export function recordDriftCommand(
  news: ReadonlyMap<string, DriftNews>,
  lookedAt: number | null,
): Command<void> {
  return {
    operation: 'drift.detect',
    needs: [...news.keys()].map((name) => ({ kind: 'resource', name })),
    decide: ({ content, head }) => {
      const known = [...news].filter(([address]) => content.resource.has(address));
      return {
        result: undefined,
        changes: [
          ...known.map(([address, { entry }]) => putEntry('drift', address, entry)),
          ...(lookedAt === null ? [] : [putEntry('look', LOOK, { at: lookedAt })]),
        ],
        events: known.flatMap(([address, each]) => eventsOf(head.name, address, each)),
      };
    },
  };
}

function eventsOf(stack: string, address: string, { entry, resolved }: DriftNews): Event[] {
  const { status, findings } = entry;
  if (resolved) return [inSyncAgain(stack, address)];
  if (!hasDrifted(entry)) return [];
  const attributes = findings.map((each) => each.attribute).join(', ');
  const message = `resource '${address}' of stack '${stack}' has drifted: ${attributes}`;
  return [event('drift.detected', 'drift', message, { address, status, attributes })];
}

/** Whether two looks found the same, whenever they were. */
function saysTheSame(a: DriftEntry, b: DriftEntry): boolean {
  if (a.status !== b.status || a.reason !== b.reason || a.firstSeen !== b.firstSeen) return false;
  // Most objects are in sync, most of the time: they are compared without being written out.
  const isQuiet = (each: DriftEntry): boolean =>
    each.findings.length === 0 && each.accepted.length === 0;
  if (isQuiet(a) && isQuiet(b)) return true;
  const gist = ({ findings, accepted, changed }: DriftEntry): string =>
    canonicalJson([findings, accepted, changed]);
  return gist(a) === gist(b);
}
