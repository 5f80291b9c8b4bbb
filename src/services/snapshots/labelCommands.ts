import type { Command } from '../../backend/Command.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { PreImageEntry, SnapshotEntry } from '../../model/entry.ts';
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
 * What objects were lives as long as the snapshots it belongs to: an image is of use to all that are
 * older. It goes with the last of those; one that never had any stays.
 */
function orphanedImages(
  snapshots: ReadonlyMap<string, SnapshotEntry>,
  images: ReadonlyMap<string, PreImageEntry>,
  versions: readonly string[],
): string[] {
  const serials = (of: Iterable<[string, SnapshotEntry]>): number[] =>
    [...of].map(([, { serial }]) => serial).filter((serial) => serial > 0);
  const before = Math.min(...serials(snapshots));
  const after = Math.min(...serials([...snapshots].filter(([name]) => !versions.includes(name))));
  return [...images]
    .filter(([, { serial }]) => serial > before && serial <= after)
    .map(([name]) => name);
}

/**
 * Deletes snapshots; their numbers are not used again. A protected one is refused with
 * `snapshot.protected`. Results in how many there were.
 */
export function deleteSnapshotsCommand(versions: readonly string[], why: string): Command<number> {
  return {
    operation: 'snapshot.delete',
    needs: [{ kind: 'snapshot' }, { kind: 'preimage' }],
    decide: ({ head, content }) => {
      const there = versions.filter((version) => content.snapshot.has(version));
      for (const version of there) {
        if (content.snapshot.get(version)?.protected !== true) continue;
        throw new SlothError('snapshot.protected', { stack: head.name, version });
      }
      return {
        result: there.length,
        changes: [
          ...there.map((version) => deleteEntry('snapshot', version)),
          ...orphanedImages(content.snapshot, content.preimage, there).map((name) =>
            deleteEntry('preimage', name),
          ),
        ],
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
