import { describeError, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { MadePlaces, ResourceEntry } from '../../model/entry.ts';
import { objectIdentity } from '../../model/objectIdentity.ts';
import { isOwn, originOf } from '../../model/origin.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import {
  recordDeletedCommand,
  recordFailedCommand,
  recordIntentCommand,
  recordReleasedCommand,
} from '../../services/resources/resourceCommands.ts';
import type { ApplySession, WantedObject } from './ApplySession.ts';
import { within, writerOf } from './applyResource.ts';
import { heirOf, removeWith, withMade } from './madePlaces.ts';
import { preparePreImage } from './preImages.ts';
import { readObject, resourceFailed } from './readObject.ts';
import { otherOwner, refuseOwned } from './refuseOwned.ts';
import { openResource } from './storedResource.ts';

/** What became of an object that a stack no longer looks after. */
export interface RemovedResource {
  readonly fate: 'deleted' | 'released';
  /** Why it was only let go; empty where it was deleted. */
  readonly reason: string;
}

/**
 * Why the object of a resource is let go and not deleted; empty where it may be deleted. A stack deletes
 * only what it made, or was told to own.
 */
export async function whyReleased(
  of: Pick<ApplySession, 'context' | 'lineage'>,
  provider: Provider,
  entry: ResourceEntry,
  properties: Properties,
  includeFound: boolean,
): Promise<string> {
  if ((provider.role ?? 'owns') !== 'owns') return `a ${provider.type} is nothing that is deleted`;
  const undeletable = provider.undeletable?.(properties) ?? '';
  if (undeletable !== '') return undeletable;
  if (!isOwn(entry) && !includeFound) return 'it was not made by this stack';
  const other = await otherOwner(of, provider, entry);
  if (other !== undefined) return `it is ${other.address} of stack '${other.stack}' by now`;
  // Its path may lead somewhere else than when it was made: nobody deletes what he doesn't know.
  if (provider.place !== undefined && provider.identity(properties) !== entry.identity) {
    return `it was ${entry.identity}, and its path leads elsewhere by now`;
  }
  return '';
}

/**
 * Ends a stack's responsibility for an object: deletes it where the stack made it, and lets it go where it
 * was found. Rejects with `plan.protected`, and with `resource.failed` where it can't be deleted; then
 * the stack goes on knowing it.
 */
export async function removeResource(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
  provider: Provider,
  { includeFound = false }: { readonly includeFound?: boolean } = {},
): Promise<RemovedResource> {
  const { context, lineage } = session;
  const { properties } = await openResource(context, lineage, address, entry);
  const reason = await whyReleased(session, provider, entry, properties, includeFound);
  if (reason === '' && entry.options.protect) {
    throw new SlothError('plan.protected', { address, action: 'deleted' });
  }
  if (reason !== '') {
    await deleteReplaced(session, address, entry, provider);
    await releaseResource(session, address, entry, null);
    return { fate: 'released', reason };
  }
  const left = await deleteObject(session, address, entry, provider, properties);
  await deleteReplaced(session, address, entry, provider);
  const heir = left && (await heirTo(session, address, left));
  await context.writer(lineage).submit(recordDeletedCommand(address, writerOf(session), heir));
  context.reach('resource.recorded');
  return { fate: 'deleted', reason };
}

/**
 * Ends a stack's responsibility for an object that stays, or never came to be: what was made on the way to
 * it goes, where nothing is in it. `putBack` names what the object was set back to, where it was.
 */
export async function releaseResource(
  session: ApplySession,
  address: string,
  { made }: Pick<ResourceEntry, 'made'>,
  putBack: string | null,
): Promise<void> {
  const { context, lineage } = session;
  const left = await within(address, () => removeWith({}, {}, made));
  const heir = left && (await heirTo(session, address, left));
  const command = recordReleasedCommand(address, writerOf(session), putBack, heir);
  await context.writer(lineage).submit(command);
  context.reach('resource.recorded');
}

/**
 * Makes sure that an object is not there, and that the stack doesn't know it; gives whether it was there.
 * Rejects with `plan.found` where the stack did not make it, and with `resource.failed`, also where its
 * type only looks after what others own.
 */
export async function removeObject(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
): Promise<boolean> {
  const { context, lineage, machine } = session;
  const { address, provider, properties } = wanted;
  if (provider.role !== undefined && provider.role !== 'owns') {
    throw resourceFailed(address, new Error(`a ${provider.type} is nothing that can be removed`));
  }
  const actual = await readObject(address, provider, properties, machine);
  const wasApplied = (known?.appliedAt ?? null) !== null;
  await refuseOwned(context, lineage, wanted, { exists: actual.exists, wasApplied });
  if (!actual.exists && known === undefined) return false;
  if (actual.exists && (known === undefined || !isOwn(known))) {
    throw new SlothError('plan.found', { address, what: `a ${provider.type}`, unkept: '' });
  }
  if (known !== undefined) await removeResource(session, address, known, provider);
  return actual.exists;
}

async function deleteObject(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
  provider: Provider,
  properties: Properties,
): Promise<MadePlaces | undefined> {
  const { context, lineage, machine, changing, redact } = session;
  const { identity } = entry;
  const writer = writerOf(session);
  const sensitive = entry.properties.sensitive === true;
  const object = { address, provider, properties, identity, origin: originOf(entry), sensitive };
  try {
    const actual = await readObject(address, provider, properties, machine);
    const endangered = { ...object, status: 'deleting' as const };
    const kept = await within(address, () =>
      preparePreImage(session, endangered, actual, 'delete'),
    );
    const intended = { ...entry, status: 'deleting' as const };
    await context.writer(lineage).submit(recordIntentCommand(address, intended, writer, kept));
    context.reach('resource.intended');
    await within(address, () => provider.delete(properties, changing));
    context.reach('resource.changed');
    const after = await readObject(address, provider, properties, machine);
    if (after.exists) {
      throw resourceFailed(address, new Error('it was deleted, and is still there'));
    }
    return await within(address, () => removeWith(provider, properties, entry.made));
  } catch (thrown) {
    if (!isSlothError(thrown) || thrown.code !== 'resource.failed') throw thrown;
    const { why, what } = describeError(thrown);
    // What is still there goes on being looked after, as it was.
    const failed = { ...entry, reason: redact(why === '' ? what : why) };
    await context.writer(lineage).submit(recordFailedCommand(address, failed, writer));
    throw thrown;
  }
}

/** The resource that what was made on the way goes with from now on, and how it is stored then. */
async function heirTo(
  { context, lineage }: ApplySession,
  address: string,
  made: MadePlaces,
): Promise<{ readonly address: string; readonly entry: ResourceEntry } | undefined> {
  const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
  const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
  const heir = heirOf(made, address, entries) ?? '';
  const entry = entries.get(heir);
  if (entry === undefined) return undefined;
  return { address: heir, entry: { ...entry, made: withMade(entry.made, made) ?? made } };
}

/** The object of before, where a move of the declaration did not come to its end. */
async function deleteReplaced(
  { context, lineage, changing }: ApplySession,
  address: string,
  entry: ResourceEntry,
  provider: Provider,
): Promise<void> {
  const { replaced } = entry;
  if (replaced === undefined || replaced.origin === 'found') return;
  const before = { ...entry, properties: replaced.properties };
  const { properties } = await openResource(context, lineage, address, before);
  const now = objectIdentity(provider, properties, address);
  if (provider.place !== undefined && now !== replaced.identity) return;
  await within(address, () => provider.delete(properties, changing));
}
