import type { Command } from '../../backend/Command.ts';
import { putEntry } from '../../model/change.ts';
import type { DriftEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { canonicalJson } from '../../model/json.ts';

/**
 * Records what a look at the real objects found. It changes no content, so it needs no lock. A
 * resource that is as it was at the last look is not written again: watching costs nothing while
 * nothing happens.
 */
export function recordDriftCommand(report: ReadonlyMap<string, DriftEntry>): Command<void> {
  return {
    operation: 'drift.detect',
    needs: [{ kind: 'drift' }, { kind: 'resource' }],
    decide: ({ content, head }) => {
      const known = [...report].filter(([address]) => content.resource.has(address));
      const news = known.filter(([address, entry]) => {
        const before = content.drift.get(address);
        return before === undefined || gist(before) !== gist(entry);
      });
      const drifted = news.filter(
        ([, { status }]) => status === 'modified' || status === 'deleted',
      );
      return {
        result: undefined,
        changes: news.map(([address, entry]) => putEntry('drift', address, entry)),
        events: drifted.map(([address, { status, findings }]) => {
          const names = findings.map((each) => each.attribute).join(', ');
          const message = `resource '${address}' of stack '${head.name}' has drifted: ${names}`;
          return event('drift.detected', 'drift', message, { address, status, attributes: names });
        }),
      };
    },
  };
}

/** All but the time of the look. */
function gist(entry: DriftEntry): string {
  return canonicalJson({ ...entry, checkedAt: 0 });
}
