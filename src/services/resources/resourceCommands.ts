import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import { type Event, event } from '../../model/event.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** On whose behalf, and how liveness is known. */
export interface ResourceWriter {
  readonly authority: WriteAuthority;
  readonly probe: ProbeLiveness;
}

/**
 * Records what is about to be done to an object, before anything is done: a killed run's successor
 * finds the intent and looks at the object, instead of not knowing that there may be one.
 */
export function recordIntentCommand(
  address: string,
  entry: ResourceEntry,
  writer: ResourceWriter,
): Command<void> {
  const message = `resource '${address}': ${entry.status}`;
  return command(
    'resource.intent',
    writer,
    [putEntry('resource', address, entry)],
    [event('resource.intended', 'resource', message, { address, status: entry.status })],
  );
}

/** Records that an object is as declared. */
export function recordAppliedCommand(
  address: string,
  entry: ResourceEntry,
  verb: string,
  writer: ResourceWriter,
): Command<void> {
  const message = `resource '${address}' ${verb}`;
  return command(
    'resource.apply',
    writer,
    [putEntry('resource', address, entry)],
    [event('resource.applied', 'resource', message, { address, verb })],
  );
}

/** Records that an object is gone, and forgets it with what was known of its drift. */
export function recordDeletedCommand(address: string, writer: ResourceWriter): Command<void> {
  const changes = [deleteEntry('resource', address), deleteEntry('drift', address)];
  return command('resource.delete', writer, changes, [
    event('resource.deleted', 'resource', `resource '${address}' deleted`, { address }),
  ]);
}

function command(
  operation: string,
  { authority, probe }: ResourceWriter,
  changes: readonly Change[],
  events: readonly Event[],
): Command<void> {
  return {
    operation,
    execution: authority.execution,
    decide: ({ head, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      return {
        result: undefined,
        fence: permit.fence,
        changes: [...permit.changes, ...changes],
        events: [...permit.events, ...events],
      };
    },
  };
}
