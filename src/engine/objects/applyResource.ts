import { describeError, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { MadePlaces, ResourceEntry, ResourceStatus } from '../../model/entry.ts';
import { originOf } from '../../model/origin.ts';
import type { ActualObject, Attributes } from '../../model/provider.ts';
import { differences, type ResourceAction } from '../../services/resources/decideChange.ts';
import { leftAlone } from '../../services/resources/leftAlone.ts';
import {
  type KeptPreImage,
  type ResourceWriter,
  recordAppliedCommand,
  recordFailedCommand,
  recordIntentCommand,
} from '../../services/resources/resourceCommands.ts';
import type { ApplySession, WantedObject } from './ApplySession.ts';
import { type ConsideredObject, considerObject, type FormerObject } from './considerObject.ts';
import { madeSoFar, missingPlaces, removeWith, withMade } from './madePlaces.ts';
import { preparePreImage } from './preImages.ts';
import { readObject, resourceFailed } from './readObject.ts';
import { isDeclaredOtherwise, resourceEntry } from './resourceEntry.ts';
import { sensitiveProperties } from './sensitiveProperties.ts';
import { acceptancesOf } from './storedAcceptances.ts';
import { openResource } from './storedResource.ts';

const BUSY = {
  create: 'creating',
  update: 'updating',
  replace: 'replacing',
} as const satisfies Partial<Record<ResourceAction, ResourceStatus>>;

const VERBS: Readonly<Record<ResourceAction, string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  none: 'unchanged',
};

/** What was done to an object. */
export interface AppliedObject {
  readonly action: ResourceAction;
  /** As a past participle: `created`, `unchanged`. */
  readonly verb: string;
  /** What it looks like now, where nobody asked for it to be left otherwise. */
  readonly attributes: Attributes;
}

/**
 * Brings one object to what is wanted: read, decide, keep what it was, record the intent, change it, read
 * it again to prove it, record the result. Whatever the stack knew before, it is the object that decides;
 * so an intent that a killed run left open is settled by looking. Rejects with `resource.failed`, which
 * is then recorded, too: a resource that could not be applied is never taken for one that was.
 */
export async function applyResource(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
): Promise<AppliedObject> {
  try {
    return await bring(session, wanted, known);
  } catch (thrown) {
    if (isSlothError(thrown) && thrown.code === 'resource.failed') {
      await recordFailed(session, wanted, known, thrown);
    }
    throw thrown;
  }
}

async function bring(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
): Promise<AppliedObject> {
  const { context, lineage, machine } = session;
  const { address } = wanted;
  const acceptances = (): ReturnType<typeof acceptancesOf> =>
    acceptancesOf(context, lineage, address);
  const considered = await considerObject(
    { context, lineage, machine, acceptances },
    wanted,
    known,
  );
  const { expected, origin } = considered;
  // By now it is known what it is made from, also where a task or another resource gave it.
  const { provider, options, properties } = wanted;
  context.redactor.addLong(sensitiveProperties(provider, options, properties));
  const { action, replaces } = considered.change;
  const isNew = action === 'create' || replaces === 'moves';
  const missing = isNew ? await missingPlaces(wanted.provider, wanted.properties) : undefined;
  let made = withMade(missing, known?.made);
  if (action !== 'none' && action !== 'delete') {
    await recordIntent(session, wanted, known, { ...considered, made }, BUSY[action]);
    context.reach('resource.intended');
    await change(session, wanted, considered);
    context.reach('resource.changed');
    await prove(session, wanted, considered);
    const { former } = considered;
    // What led to the place of before goes with it; what has to stay goes with this object one day.
    if (former?.fate === 'deleted') {
      const gone = (): ReturnType<typeof removeWith> =>
        removeWith(wanted.provider, former.properties, known?.made);
      made = withMade(missing, await within(address, gone));
    }
  }
  for (const name of wanted.options.sensitive) {
    context.redactor.addLong(expected[name] ?? null);
  }
  const isNews =
    action !== 'none' ||
    known?.status !== 'applied' ||
    (await isDeclaredOtherwise(session, wanted, known));
  if (isNews) {
    const facts = { status: 'applied' as const, origin, made };
    const entry = await resourceEntry(session, wanted, expected, facts);
    const command = recordAppliedCommand(address, entry, VERBS[action], writerOf(session));
    await context.writer(lineage).submit(command);
    context.reach('resource.recorded');
  }
  return { action, verb: VERBS[action], attributes: expected };
}

async function change(
  { changing }: ApplySession,
  { address, provider, properties }: WantedObject,
  { actual, change: decided, former, leave }: ConsideredObject,
): Promise<void> {
  const { replaces } = decided;
  await within(address, async () => {
    if (former?.fate === 'deleted') await provider.delete(former.properties, changing);
    if (replaces === 'in_place') await provider.delete(properties, changing);
    const found: ActualObject = replaces === 'in_place' ? { exists: false } : actual;
    const given = found.exists
      ? leftAlone(provider, properties, leave, found.attributes)
      : properties;
    await provider.apply(given, found, changing);
  });
}

/** After an apply the object must be as expected; a provider that only says so is not believed. */
async function prove(
  { machine }: ApplySession,
  { address, provider, properties }: WantedObject,
  { expected, leave }: ConsideredObject,
): Promise<void> {
  const after = await readObject(address, provider, properties, machine);
  const left = differences(expected, after.exists ? after.attributes : {}, leave);
  if (after.exists && left.length === 0) return;
  const told = left.map(({ attribute, expected: wanted, actual }) => {
    return `${attribute} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`;
  });
  const reason = after.exists ? told.join('; ') : 'it is not there';
  throw new SlothError('resource.failed', {
    address,
    reason: `it was applied, and is still not as declared: ${reason}`,
  });
}

/**
 * The intent says what is wanted, so that what a kill leaves is held against that, and keeps the object of
 * before: where an object moves, its old place must not be forgotten before the old object is gone.
 */
async function recordIntent(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
  considered: ConsideredObject & { readonly made: MadePlaces | undefined },
  status: (typeof BUSY)[keyof typeof BUSY],
): Promise<void> {
  const { context, lineage } = session;
  const { former, origin, made } = considered;
  const images = await endangered(session, wanted, known, considered, status);
  const entry = await resourceEntry(session, wanted, {}, { status, origin, known, made, former });
  const writer = writerOf(session);
  const [first = null, ...more] = images;
  for (const image of more) {
    await context.writer(lineage).submit(recordIntentCommand(wanted.address, entry, writer, image));
  }
  await context.writer(lineage).submit(recordIntentCommand(wanted.address, entry, writer, first));
}

/** What of the old and of the new object has to be kept before the change. */
async function endangered(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
  { actual, change: decided, former }: ConsideredObject,
  status: (typeof BUSY)[keyof typeof BUSY],
): Promise<KeptPreImage[]> {
  const { address, provider, options } = wanted;
  const sensitive = options.sensitive.length > 0 || known?.properties.sensitive === true;
  const base = { address, provider, sensitive, status };
  const { properties, identity } = wanted;
  const action = decided.replaces === 'in_place' ? 'delete' : 'update';
  const own = { ...base, properties, identity, origin: originNow(decided.replaces, known) };
  const images = [await preparePreImage(session, own, actual, action)];
  if (former?.fate === 'deleted') images.push(await formerImage(session, base, former));
  return images.filter((image) => image !== null);
}

/** What the object that is found is to the stack, whatever the stack knows under this address. */
function originNow(
  replaces: 'moves' | 'in_place' | null,
  known: ResourceEntry | undefined,
): ReturnType<typeof originOf> {
  return replaces === 'moves' ? 'found' : originOf(known);
}

async function formerImage(
  session: ApplySession,
  base: Pick<
    Parameters<typeof preparePreImage>[1],
    'address' | 'provider' | 'sensitive' | 'status'
  >,
  { properties, identity, origin }: FormerObject,
): Promise<KeptPreImage | null> {
  const { address, provider } = base;
  const actual = await readObject(address, provider, properties, session.machine);
  const object = { ...base, properties, identity, origin };
  return preparePreImage(session, object, actual, 'delete');
}

/** Records that it failed; whether its object is there is looked at, not assumed. */
async function recordFailed(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
  error: SlothError,
): Promise<void> {
  const { context, lineage, machine, redact } = session;
  const { address, provider, properties } = wanted;
  const intended = await knownEntry(session, address);
  const { why, what } = describeError(error);
  const reason = redact(why === '' ? what : why);
  const isThere = await readObject(address, provider, properties, machine).then(
    ({ exists }) => exists,
    // What can't be read may well be there.
    () => true,
  );
  const before = await withMadeSoFar(intended ?? known);
  const entry = await resourceEntry(
    session,
    wanted,
    {},
    {
      status: 'failed',
      origin: originOf(before),
      known: before,
      former: await stillThere(session, wanted, before),
    },
  );
  const failed = { ...entry, reason, ...(isThere ? {} : { absent: true as const }) };
  await context.writer(lineage).submit(recordFailedCommand(address, failed, writerOf(session)));
}

/** An entry with what is there of what was to be made on the way to its object. */
async function withMadeSoFar(entry: ResourceEntry | undefined): Promise<ResourceEntry | undefined> {
  if (entry?.made === undefined) return entry;
  const { made, ...rest } = entry;
  const there = await madeSoFar(made);
  return there === undefined ? rest : { ...rest, made: there };
}

/** The object of before, where it failed before anything was done about that. */
async function stillThere(
  { context, lineage }: ApplySession,
  { address, identity }: WantedObject,
  before: ResourceEntry | undefined,
): Promise<FormerObject | null> {
  if (before === undefined || before.identity === identity || before.replaced !== undefined) {
    return null;
  }
  const { properties } = await openResource(context, lineage, address, before);
  const origin = originOf(before);
  return { properties, identity: before.identity, origin, fate: 'released' };
}

async function knownEntry(
  { context, lineage }: ApplySession,
  address: string,
): Promise<ResourceEntry | undefined> {
  const selection = [{ kind: 'resource' as const, name: address }];
  const view = await context.backend.read({ lineage }, selection);
  return view?.content.resource.get(address);
}

/** On whose behalf a session writes. */
export function writerOf({ context, authority }: ApplySession): ResourceWriter {
  return { authority, probe: context.probe };
}

/** Gives whatever a provider throws the address of the resource. */
export async function within<T>(address: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw resourceFailed(address, cause);
  }
}
