import type { Chunk } from '../../backend/Chunk.ts';
import type { Command, Situation } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import { hasDrifted } from '../../model/drift.ts';
import type { AcceptanceEntry, PreImageEntry, ResourceEntry } from '../../model/entry.ts';
import { type Event, event, inSyncAgain } from '../../model/event.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** On whose behalf, and how liveness is known. */
export interface ResourceWriter {
  readonly authority: WriteAuthority;
  readonly probe: ProbeLiveness;
}

/** What an object was, ready to be recorded with the intent to change it. */
export interface KeptPreImage {
  readonly entry: Omit<PreImageEntry, 'serial' | 'at'>;
  readonly chunks: readonly Chunk[];
}

/**
 * Records what is about to be done to an object, and what it was, before anything is done: a killed run's
 * successor finds the intent and looks at the object, instead of not knowing that there may be one; and
 * what is overwritten can be had back.
 */
export function recordIntentCommand(
  address: string,
  entry: ResourceEntry,
  writer: ResourceWriter,
  kept: KeptPreImage | null,
): Command<void> {
  const message = `resource '${address}': ${entry.status}`;
  return keeping('resource.intent', address, kept, writer, (preimage) => ({
    changes: [putEntry('resource', address, entry)],
    events: [
      event('resource.intended', 'resource', message, {
        address,
        status: entry.status,
        ...preimage,
      }),
    ],
  }));
}

/** Records what an object was, and nothing else. */
export function keepPreImageCommand(
  address: string,
  kept: KeptPreImage,
  writer: ResourceWriter,
): Command<void> {
  return keeping('resource.keep', address, kept, writer, () => ({ changes: [], events: [] }));
}

/** A change that keeps what an object was, in the same commit. */
function keeping(
  operation: string,
  address: string,
  kept: KeptPreImage | null,
  writer: ResourceWriter,
  decide: (preimage: { readonly preimage?: string }) => Changing,
): Command<void> {
  if (kept === null) return changing(operation, writer, () => decide({}));
  const command = changing(operation, writer, ({ serial, now }) => {
    const { changes, events } = decide({ preimage: `p${serial}` });
    const image = { ...kept.entry, serial, at: now };
    return {
      changes: [...changes, putEntry('preimage', preImageName(address, `p${serial}`), image)],
      events,
    };
  });
  return { ...command, decide: (given) => ({ ...command.decide(given), chunks: kept.chunks }) };
}

/** How what a resource's object was is named in its stack; `id` as people say it: `p41`. */
export function preImageName(address: string, id: string): string {
  return `${address}/${id}`;
}

/**
 * Records that an object is as declared, and forgets the drift that was known of it: it was put right
 * now, not when somebody looks the next time, and what drifts after that is another drift.
 */
export function recordAppliedCommand(
  address: string,
  entry: ResourceEntry,
  verb: string,
  writer: ResourceWriter,
): Command<void> {
  const message = `resource '${address}' ${verb}`;
  const applied = event('resource.applied', 'resource', message, { address, verb });
  const command = changing('resource.apply', writer, ({ head, content }) => {
    const put = putEntry('resource', address, entry);
    const known = content.drift.get(address);
    if (known === undefined || !hasDrifted(known)) return { changes: [put], events: [applied] };
    return {
      changes: [put, deleteEntry('drift', address)],
      events: [applied, inSyncAgain(head.name, address)],
    };
  });
  return { ...command, needs: [{ kind: 'drift', name: address }] };
}

/** Records that an object could not be brought to what is declared. Its reason must hold no secret. */
export function recordFailedCommand(
  address: string,
  entry: ResourceEntry,
  writer: ResourceWriter,
): Command<void> {
  const reason = entry.reason ?? '';
  const message = `resource '${address}' failed: ${reason}`;
  const failed = event('resource.failed', 'resource', message, { address, reason });
  return changing('resource.fail', writer, () => ({
    changes: [putEntry('resource', address, entry)],
    events: [failed],
  }));
}

/** A resource that what had to stay of another's place goes with, as it is stored from now on. */
export interface Heir {
  readonly address: string;
  readonly entry: ResourceEntry;
}

/**
 * Records that an object is gone, and forgets it with what was known of its drift; `heir` is who what had
 * to stay of its place goes with.
 */
export function recordDeletedCommand(
  address: string,
  writer: ResourceWriter,
  heir?: Heir,
): Command<void> {
  const message = `resource '${address}' deleted`;
  const deleted = event('resource.deleted', 'resource', message, { address });
  return forgetting('resource.delete', address, writer, [deleted], inheriting(heir));
}

function inheriting(heir: Heir | undefined): Change[] {
  return heir === undefined ? [] : [putEntry('resource', heir.address, heir.entry)];
}

/**
 * Records that the stack no longer looks after an object, which stays; `putBack` names what it was set
 * back to, where it was, and `heir` is who what had to stay of its place goes with.
 */
export function recordReleasedCommand(
  address: string,
  writer: ResourceWriter,
  putBack: string | null,
  heir?: Heir,
): Command<void> {
  const released = event('resource.released', 'resource', `resource '${address}' let go`, {
    address,
  });
  const events = [...(putBack === null ? [] : [putBackEvent(address, putBack)]), released];
  return forgetting('resource.release', address, writer, events, inheriting(heir));
}

/** Records that an object was set back to what it was, and nothing else. */
export function recordPutBackCommand(
  address: string,
  from: string,
  writer: ResourceWriter,
): Command<void> {
  return changing('resource.put_back', writer, () => ({
    changes: [],
    events: [putBackEvent(address, from)],
  }));
}

/** That an object was set back to what it was. */
function putBackEvent(address: string, from: string): Event {
  const message = `resource '${address}' put back as it was (${from})`;
  return event('resource.put_back', 'resource', message, { address, from });
}

/** A resource under another address, encrypted again for its new place. */
export interface MovedResource {
  readonly from: string;
  readonly to: string;
  readonly entry: ResourceEntry;
  /** What was accepted of its drift, by attribute. */
  readonly acceptances: ReadonlyMap<string, AcceptanceEntry>;
}

/** Gives resources other addresses, all at once, with all that is known of them. */
export function moveResourcesCommand(
  resources: readonly MovedResource[],
  writer: ResourceWriter,
): Command<void> {
  const prefixes = resources.flatMap(({ from }) => [
    { kind: 'drift' as const, name: from },
    { kind: 'acceptance' as const, prefix: `${from}/` },
    { kind: 'preimage' as const, prefix: `${from}/` },
  ]);
  const command = changing('resource.move', writer, ({ content }) => {
    const deletions: Change[] = [];
    const puts: Change[] = [];
    for (const { from, to, entry, acceptances } of resources) {
      deletions.push(deleteEntry('resource', from), deleteEntry('drift', from));
      puts.push(putEntry('resource', to, entry));
      const drift = content.drift.get(from);
      if (drift !== undefined) puts.push(putEntry('drift', to, drift));
      for (const name of content.acceptance.keys()) {
        if (name.startsWith(`${from}/`)) deletions.push(deleteEntry('acceptance', name));
      }
      for (const [attribute, acceptance] of acceptances) {
        puts.push(putEntry('acceptance', `${to}/${attribute}`, acceptance));
      }
      for (const [name, image] of content.preimage) {
        if (!name.startsWith(`${from}/`)) continue;
        deletions.push(deleteEntry('preimage', name));
        puts.push(putEntry('preimage', preImageName(to, `p${image.serial}`), image));
      }
    }
    const events = resources.map(({ from, to }) =>
      event('resource.moved', 'resource', `resource '${from}' is '${to}' now`, { from, to }),
    );
    return { changes: [...deletions, ...puts], events };
  });
  return { ...command, needs: prefixes };
}

/** Removes all that a stack knows of a resource, but what its object was. */
function forgetting(
  operation: string,
  address: string,
  writer: ResourceWriter,
  events: readonly Event[],
  more: readonly Change[] = [],
): Command<void> {
  const command = changing(operation, writer, ({ content }) => ({
    changes: [
      ...more,
      deleteEntry('resource', address),
      deleteEntry('drift', address),
      ...[...content.acceptance.keys()]
        .filter((name) => name.startsWith(`${address}/`))
        .map((name) => deleteEntry('acceptance', name)),
    ],
    events,
  }));
  return { ...command, needs: [{ kind: 'acceptance', prefix: `${address}/` }] };
}

interface Changing {
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
}

function changing(
  operation: string,
  { authority, probe }: ResourceWriter,
  decide: (situation: Situation) => Changing,
): Command<void> {
  return {
    operation,
    execution: authority.execution,
    decide: (situation) => {
      const permit = guardWrite(situation.head, authority, situation.now, probe);
      const { changes, events } = decide(situation);
      return {
        result: undefined,
        fence: permit.fence,
        changes: [...permit.changes, ...changes],
        events: [...permit.events, ...events],
      };
    },
  };
}
