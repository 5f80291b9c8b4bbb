import type { Chunk } from '../../backend/Chunk.ts';
import type { Command } from '../../backend/Command.ts';
import { putEntry } from '../../model/change.ts';
import type { CutEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';

/** How the cut of a log is named. */
export const CUT = 'log';

/**
 * Records that the log begins after a commit from now on. A commit like any other, so the chain covers
 * it: whoever keeps a hash of before can still prove what the removed commits ended with.
 */
export function compactCommand(cut: CutEntry, chunks: readonly Chunk[]): Command<boolean> {
  return {
    operation: 'log.compact',
    needs: [{ kind: 'cut', name: CUT }],
    decide: ({ head, content }) => {
      const known = content.cut.get(CUT);
      if (known !== undefined && known.serial >= cut.serial) {
        return { result: false, changes: [], events: [] };
      }
      const { serial, hash } = cut;
      const message = `log of stack '${head.name}' compacted up to commit #${serial}`;
      return {
        result: true,
        changes: [putEntry('cut', CUT, cut)],
        events: [event('log.compacted', 'log', message, { serial, hash })],
        chunks,
      };
    },
  };
}
