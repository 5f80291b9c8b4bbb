import type { Command } from '../../backend/Command.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';

/** Changes what a snapshot is labelled with; nothing of its content. Results in the new label. */
export function relabelSnapshotCommand(
  version: string,
  change: (snapshot: SnapshotEntry) => SnapshotEntry,
  said: string,
): Command<SnapshotEntry> {
  return {
    operation: 'snapshot.label',
    needs: [{ kind: 'snapshot', name: version }],
    decide: ({ head, content }) => {
      const snapshot = content.snapshot.get(version);
      if (snapshot === undefined) throw missing(head.name, version);
      const next = change(snapshot);
      const message = `snapshot ${version} of stack '${head.name}': ${said}`;
      return {
        result: next,
        changes: [putEntry('snapshot', version, next)],
        events: [event('snapshot.labelled', 'snapshot', message, { version })],
      };
    },
  };
}

/**
 * Deletes snapshots; their numbers are not used again. A protected one is refused with
 * `snapshot.protected`. Results in how many there were.
 */
export function deleteSnapshotsCommand(versions: readonly string[], why: string): Command<number> {
  return {
    operation: 'snapshot.delete',
    needs: versions.map((name) => ({ kind: 'snapshot', name })),
    decide: ({ head, content }) => {
      const there = versions.filter((version) => content.snapshot.has(version));
      for (const version of there) {
        if (content.snapshot.get(version)?.protected !== true) continue;
        throw new SlothError('snapshot.protected', { stack: head.name, version });
      }
      return {
        result: there.length,
        changes: there.map((version) => deleteEntry('snapshot', version)),
        events: there.map((version) => {
          const message = `snapshot ${version} of stack '${head.name}' deleted${why}`;
          return event('snapshot.deleted', 'snapshot', message, { version });
        }),
      };
    },
  };
}

function missing(stack: string, version: string): SlothError {
  return new SlothError('snapshot.not_found', { stack, version, latest: '', near: [] });
}
