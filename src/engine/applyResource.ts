import type { WriteAuthority } from '../backend/guardWrite.ts';
import { SlothError } from '../errors/SlothError.ts';
import type { ResourceEntry, ResourceStatus } from '../model/entry.ts';
import type {
  ActualObject,
  Attributes,
  Properties,
  Provider,
  ProviderMachine,
} from '../model/provider.ts';
import type { ResourceOptions, SourcePosition } from '../model/workflow.ts';
import {
  decideChange,
  differences,
  type ResourceAction,
} from '../services/resources/decideChange.ts';
import {
  type ResourceWriter,
  recordAppliedCommand,
  recordDeletedCommand,
  recordIntentCommand,
} from '../services/resources/resourceCommands.ts';
import type { EngineContext } from './EngineContext.ts';
import { readObject, resourceFailed } from './readObject.ts';
import { hostOf, refuseOwned } from './refuseOwned.ts';
import { sealContext, sealValue } from './sealValue.ts';
import { appliedBefore, openResource } from './storedResource.ts';

/** An object to bring to what is wanted, wherever the wish comes from: a workflow, or the stack. */
export interface WantedObject {
  readonly address: string;
  readonly provider: Provider;
  readonly properties: Properties;
  readonly identity: string;
  readonly dependencies: readonly string[];
  readonly options: ResourceOptions;
  readonly at: SourcePosition;
  /** Attributes that are never shown, where that is known from before. */
  readonly masked?: readonly string[];
}

/** What an apply works with. */
export interface ApplySession {
  readonly context: EngineContext;
  readonly lineage: string;
  readonly authority: WriteAuthority;
  readonly machine: ProviderMachine;
  /** Whether a text must not be stored in the clear. */
  readonly isSecret: (value: Properties | Attributes) => boolean;
}

const BUSY: Readonly<Record<Exclude<ResourceAction, 'none'>, ResourceStatus>> = {
  create: 'creating',
  update: 'updating',
  replace: 'replacing',
  delete: 'deleting',
};

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
 * Brings one object to what is wanted: read, decide, record the intent, change it, read it again to
 * prove it, record the result. Whatever the stack knew before, it is the object that decides; so an
 * intent that a killed run left open is settled by looking. Rejects with `resource.failed`.
 */
export async function applyResource(
  session: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry | undefined,
): Promise<AppliedObject> {
  const { context, machine } = session;
  const { address, provider, properties, identity, options } = wanted;
  await refuseOwned(context, session.lineage, wanted);
  const actual = await readObject(address, provider, properties, machine);
  const expected = await within(address, () => provider.expected(properties, machine));
  const change = decideChange(provider, expected, actual, {
    ignore: options.ignore,
    identity,
    version: options.version,
    before: appliedBefore(known),
  });
  const { action } = change;
  if (action === 'replace' && options.protect) {
    throw new SlothError('plan.protected', { address, action: 'replaced' });
  }
  if (action !== 'none') {
    await recordIntent(session, wanted, BUSY[action], known);
    context.reach('resource.intended');
    if (action === 'replace') await removeOld(session, wanted, known);
    const found: ActualObject = action === 'replace' ? { exists: false } : actual;
    await within(address, () => provider.apply(properties, found, machine));
    context.reach('resource.changed');
    await prove(session, wanted, expected);
  }
  if (action !== 'none' || known?.status !== 'applied' || (await isNews(session, wanted, known))) {
    await recordApplied(session, wanted, expected, VERBS[action]);
    context.reach('resource.recorded');
  }
  return { action, verb: VERBS[action], attributes: expected };
}

/** Deletes an object that the stack knows, and forgets it. Rejects with `resource.failed`. */
export async function deleteResource(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
  provider: Provider,
): Promise<void> {
  const { context, lineage, machine } = session;
  const { properties } = await openResource(context, lineage, address, entry);
  const writer = writerOf(session);
  const intent = recordIntentCommand(address, { ...entry, status: 'deleting' }, writer);
  await context.writer(lineage).submit(intent);
  context.reach('resource.intended');
  await within(address, () => provider.delete(properties, machine));
  context.reach('resource.changed');
  await context.writer(lineage).submit(recordDeletedCommand(address, writer));
  context.reach('resource.recorded');
}

/**
 * Makes sure that an object is not there, and that the stack doesn't know it; gives whether it was.
 * Rejects with `resource.failed`, also where its type only looks after what others own.
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
  await refuseOwned(context, lineage, wanted);
  const actual = await readObject(address, provider, properties, machine);
  if (!actual.exists && known === undefined) return false;
  const entry = known ?? (await resourceEntry(session, wanted, {}, 'deleting'));
  await deleteResource(session, address, entry, provider);
  const after = await readObject(address, provider, properties, machine);
  if (after.exists) throw resourceFailed(address, new Error('it was deleted, and is still there'));
  return actual.exists;
}

/** After an apply the object must be as expected; a provider that only says so is not believed. */
async function prove(
  { machine }: ApplySession,
  { address, provider, properties, options }: WantedObject,
  expected: Attributes,
): Promise<void> {
  const after = await readObject(address, provider, properties, machine);
  const left = differences(expected, after.exists ? after.attributes : {}, options.ignore);
  if (after.exists && left.length === 0) return;
  const names = left.map((each) => each.attribute).join(', ');
  throw new SlothError('resource.failed', {
    address,
    reason: `it was applied, and is still not as declared: ${names || 'it is not there'}`,
  });
}

/** The object of before: under its old properties where the stack knows them. */
async function removeOld(
  { context, lineage, machine }: ApplySession,
  { address, provider, properties }: WantedObject,
  known: ResourceEntry | undefined,
): Promise<void> {
  const old = known && (await openResource(context, lineage, address, known)).properties;
  await within(address, () => provider.delete(old ?? properties, machine));
}

/**
 * The intent keeps what the stack knew: where an object moves, its old place must not be forgotten
 * before the old object is gone.
 */
async function recordIntent(
  session: ApplySession,
  wanted: WantedObject,
  status: ResourceStatus,
  known: ResourceEntry | undefined,
): Promise<void> {
  const { context, lineage } = session;
  const entry =
    known === undefined ? await resourceEntry(session, wanted, {}, status) : { ...known, status };
  const command = recordIntentCommand(wanted.address, entry, writerOf(session));
  await context.writer(lineage).submit(command);
}

async function recordApplied(
  session: ApplySession,
  wanted: WantedObject,
  expected: Attributes,
  verb: string,
): Promise<void> {
  const entry = await resourceEntry(session, wanted, expected, 'applied');
  const command = recordAppliedCommand(wanted.address, entry, verb, writerOf(session));
  await session.context.writer(session.lineage).submit(command);
}

/** The entry of a resource, as the stack keeps it: encrypted where it holds a secret. */
export async function resourceEntry(
  session: ApplySession,
  wanted: WantedObject,
  attributes: Attributes,
  status: ResourceStatus,
): Promise<ResourceEntry> {
  const { context, lineage, isSecret } = session;
  const hasSensitive = wanted.options.sensitive.length > 0 || holdsSecret(wanted);
  const seal = (part: string, value: Properties): ReturnType<typeof sealValue> => {
    const place = sealContext(lineage, `resource.${part}`, wanted.address);
    return sealValue(context.sealer, { ...value }, hasSensitive || isSecret(value), place);
  };
  const names = Object.entries(attributes)
    .filter(([name, value]) => {
      return wanted.options.sensitive.includes(name) || isSecret({ [name]: value });
    })
    .map(([name]) => name);
  return {
    type: wanted.provider.type,
    status,
    properties: await seal('properties', wanted.properties),
    attributes: await seal('attributes', attributes),
    masked: wanted.masked ?? names,
    identity: wanted.identity,
    host: hostOf(context, wanted.provider),
    dependencies: wanted.dependencies,
    options: wanted.options,
    at: wanted.at,
    appliedAt: status === 'applied' ? context.clock() : null,
  };
}

/** Whether a property is given that is a secret by its nature. */
function holdsSecret({ provider, properties }: WantedObject): boolean {
  return Object.entries(provider.properties).some(
    ([name, { secret }]) => secret === true && properties[name] !== undefined,
  );
}

/** Whether an object that needed nothing is declared otherwise than the stack remembers. */
async function isNews(
  { context, lineage }: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry,
): Promise<boolean> {
  const { properties } = await openResource(context, lineage, wanted.address, known);
  const now = [wanted.properties, wanted.dependencies, wanted.options, wanted.at];
  const then = [properties, known.dependencies, known.options, known.at];
  return JSON.stringify(now) !== JSON.stringify(then);
}

function writerOf({ context, authority }: ApplySession): ResourceWriter {
  return { authority, probe: context.probe };
}

/** Gives whatever a provider throws its address. */
async function within<T>(address: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw resourceFailed(address, cause);
  }
}
