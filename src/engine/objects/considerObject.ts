import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry, ResourceOrigin } from '../../model/entry.ts';
import { isOwnIdentity, objectIdentity } from '../../model/objectIdentity.ts';
import { originOf } from '../../model/origin.ts';
import type {
  ActualObject,
  Attributes,
  Properties,
  ProviderMachine,
} from '../../model/provider.ts';
import { type DriftAcceptance, isAccepted } from '../../services/drift/judgeDrift.ts';
import {
  decideChange,
  differences,
  type ResourceChange,
} from '../../services/resources/decideChange.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { WantedObject } from './ApplySession.ts';
import { unkeptReason } from './preImages.ts';
import { readObject, resourceFailed } from './readObject.ts';
import { refuseOwned } from './refuseOwned.ts';
import { appliedBefore, openResource } from './storedResource.ts';

/** The object that a resource was, where its declaration names another one now. */
export interface FormerObject {
  readonly properties: Properties;
  readonly identity: string;
  readonly origin: ResourceOrigin;
  /** Whether it is deleted, or only let go. */
  readonly fate: 'deleted' | 'released';
}

/** A look at an object, and what follows from it: the same for a plan and for an apply. */
export interface ConsideredObject {
  readonly actual: ActualObject;
  /** What all of it should look like. */
  readonly expected: Attributes;
  /** Attributes that are left as they are. */
  readonly leave: readonly string[];
  readonly change: ResourceChange;
  /** What it is to the stack once it is applied. */
  readonly origin: ResourceOrigin;
  readonly former: FormerObject | null;
  /** Why what it was can't be kept; empty where it can, or where nothing is lost. */
  readonly unkept: string;
}

/** What it is considered with. */
export interface ConsideringContext {
  readonly context: EngineContext;
  readonly lineage: string;
  readonly machine: ProviderMachine;
  /** What somebody accepted of its drift, by attribute; only asked for where something differs. */
  readonly acceptances: () => Promise<ReadonlyMap<string, DriftAcceptance>>;
  /** The address that another entry of this stack is about to have. */
  readonly movedTo?: (address: string) => string;
}

/**
 * Reads one object and decides what it needs, changing nothing.
 *
 * Rejects with `resource.failed` where it can't be read, `resource.owned` where it is another resource's,
 * `plan.protected` where it would be replaced and is protected, and `plan.found` where something would
 * have to go that this stack did not make.
 */
export async function considerObject(
  considering: ConsideringContext,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
): Promise<ConsideredObject> {
  const { context, lineage, machine } = considering;
  const { address, provider, properties, identity, options } = wanted;
  const actual = await readObject(address, provider, properties, machine);
  const seen = { exists: actual.exists, wasApplied: (known?.appliedAt ?? null) !== null };
  await refuseOwned(context, lineage, wanted, seen, considering.movedTo);
  const expected = await provider.expected(properties, machine).catch((cause: unknown) => {
    throw resourceFailed(address, cause);
  });
  const before = await objectBefore(context, lineage, wanted, known);
  const decide = (leave: readonly string[]): ResourceChange =>
    decideChange(provider, expected, actual, {
      ignore: leave,
      identity,
      version: options.version,
      before,
    });
  const said = [...options.ignore, ...(wanted.leave ?? [])];
  let [leave, change] = [said, decide(said)];
  if (known !== undefined && change.differences.length > 0) {
    const accepted = await acceptedOf(considering, expected, actual);
    if (accepted.length > 0) {
      leave = [...said, ...accepted];
      change = decide(leave);
    }
  }
  if (change.action === 'replace' && options.protect) {
    throw new SlothError('plan.protected', { address, action: 'replaced' });
  }
  const former =
    change.replaces === 'moves' && known !== undefined
      ? await formerObject(context, lineage, wanted, known)
      : null;
  const origin = originAfter(change, actual, known);
  const unkept = await lostBy(considering, wanted, actual, change);
  if (change.replaces === 'in_place') assertReplaceable(wanted, known, actual, unkept);
  return { actual, expected, leave, change, origin, former, unkept };
}

/**
 * The object that the stack applied before. How a type names its objects may have changed since an entry
 * was written; what a path leads to may have, too, and is another object then.
 */
async function objectBefore(
  context: EngineContext,
  lineage: string,
  { address, provider, identity }: WantedObject,
  known: ResourceEntry | undefined,
): Promise<ReturnType<typeof appliedBefore>> {
  const before = appliedBefore(known);
  if (before === null || before.identity === identity || known === undefined) return before;
  if (provider.place !== undefined || known.replaced !== undefined) return before;
  // A resource that got another address is the same object, where its address is all that names it.
  if (isOwnIdentity(before.identity) && isOwnIdentity(identity)) return { ...before, identity };
  const { properties } = await openResource(context, lineage, address, known);
  const now = objectIdentity(provider, properties, address);
  return now === identity ? { ...before, identity } : before;
}

/**
 * What lies in the place of an object goes only where the stack made what was there, and even then only
 * where it can be kept: it may be somebody else's by now.
 */
function assertReplaceable(
  { address, provider }: WantedObject,
  known: ResourceEntry | undefined,
  actual: ActualObject,
  unkept: string,
): void {
  const other = actual.exists ? actual.attributes.sort : undefined;
  const isOther = typeof other === 'string' && other !== provider.type;
  if (originOf(known) !== 'found' && !(isOther && unkept !== '')) return;
  const what = isOther ? `a ${String(other)}` : `a ${provider.type}`;
  throw new SlothError('plan.found', { address, what, unkept });
}

function originAfter(
  { action, replaces }: ResourceChange,
  actual: ActualObject,
  known: ResourceEntry | undefined,
): ResourceOrigin {
  if (action === 'create' || replaces === 'in_place') return 'made';
  if (replaces === 'moves') return actual.exists ? 'found' : 'made';
  return originOf(known);
}

/** Why not all of what is there can be had back after the change. */
async function lostBy(
  { context, machine }: ConsideringContext,
  { provider, properties }: WantedObject,
  actual: ActualObject,
  { action, replaces }: ResourceChange,
): Promise<string> {
  if (!actual.exists || action === 'none') return '';
  const request = {
    action: replaces === 'in_place' ? ('delete' as const) : ('update' as const),
    most: context.preImageMax,
  };
  return unkeptReason(provider, properties, machine, request);
}

/** The object of before. Where its name leads elsewhere by now, nobody may delete what lies there. */
async function formerObject(
  context: EngineContext,
  lineage: string,
  { address, provider }: WantedObject,
  known: ResourceEntry,
): Promise<FormerObject> {
  const { replaced } = known;
  const entry = replaced === undefined ? known : { ...known, properties: replaced.properties };
  const { properties } = await openResource(context, lineage, address, entry);
  const identity = replaced?.identity ?? known.identity;
  const origin = replaced?.origin ?? originOf(known);
  const isThere =
    provider.place === undefined || objectIdentity(provider, properties, address) === identity;
  const fate = origin !== 'found' && isThere ? 'deleted' : 'released';
  return { properties, identity, origin, fate };
}

async function acceptedOf(
  { context, acceptances }: ConsideringContext,
  expected: Attributes,
  actual: ActualObject,
): Promise<string[]> {
  if (!actual.exists) return [];
  const accepted = await acceptances();
  if (accepted.size === 0) return [];
  const now = await context.backend.now();
  return differences(expected, actual.attributes)
    .filter((each) => isAccepted(each, accepted, now))
    .map((each) => each.attribute);
}
