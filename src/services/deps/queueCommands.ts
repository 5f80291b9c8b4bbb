import type { Chunk } from '../../backend/Chunk.ts';
import type { Command } from '../../backend/Command.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { QueueEntry } from '../../model/entry.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/**
 * Puts a stack in line of an `up`. It says who waits and is no lock, so it needs none. Places in line
 * of processes that are gone, or of this one before, go with it.
 */
export function enqueueCommand(
  up: string,
  entry: QueueEntry,
  request: Chunk,
  probe: ProbeLiveness,
): Command<void> {
  return {
    operation: 'up.queue',
    needs: [{ kind: 'queue' }],
    decide: ({ content }) => {
      const old = [...content.queue].filter(
        ([name, { process }]) =>
          name !== up && (probe(process) === 'dead' || isSame(process, entry.process)),
      );
      return {
        result: undefined,
        changes: [...old.map(([name]) => deleteEntry('queue', name)), putEntry('queue', up, entry)],
        events: [],
        chunks: [request],
      };
    },
  };
}

/** Takes a stack out of the line: it turned out to have nothing to do. */
export function dequeueCommand(up: string): Command<void> {
  return {
    operation: 'up.dequeue',
    needs: [{ kind: 'queue', name: up }],
    decide: ({ content }) => ({
      result: undefined,
      changes: content.queue.has(up) ? [deleteEntry('queue', up)] : [],
      events: [],
    }),
  };
}

function isSame(a: QueueEntry['process'], b: QueueEntry['process']): boolean {
  return a.pid === b.pid && a.started === b.started && a.scope === b.scope && a.host === b.host;
}
