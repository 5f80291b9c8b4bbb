import { describeError, isSlothError } from '../../errors/SlothError.ts';
import type { AcceptanceEntry, ResourceEntry, ResourceOrigin } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { JsonValue } from '../../model/json.ts';
import { originOf } from '../../model/origin.ts';
import type { Attributes, ProviderMachine } from '../../model/provider.ts';
import { describeReference, referencesIn } from '../../model/reference.ts';
import {
  type AttributeDifference,
  differences,
  type ResourceAction,
} from '../../services/resources/decideChange.ts';
import {
  assertDeletions,
  type DeletionPolicy,
  decideDeletions,
} from '../../services/resources/decideDeletions.ts';
import { type DeclaredObject, decideMoves, moved } from '../../services/resources/decideMoves.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { considerObject, type FormerObject } from '../objects/considerObject.ts';
import { unkeptReason } from '../objects/preImages.ts';
import { inParallel, readersOf, resourceFailed } from '../objects/readObject.ts';
import { hostOf } from '../objects/refuseOwned.ts';
import { whyReleased } from '../objects/removeResource.ts';
import { isOneOf, sensitiveProperties } from '../objects/sensitiveProperties.ts';
import { acceptedOf, openAcceptances } from '../objects/storedAcceptances.ts';
import { openResource } from '../objects/storedResource.ts';
import { isDigest } from '../redaction/isDigest.ts';
import { MASK, type Redactor } from '../redaction/redactor.ts';
import type { DeclaredResource, PreparedResource } from './DeclaredResource.ts';

/** One line of a plan; every text in it is redacted. */
export interface PlannedResource {
  readonly resource: string;
  /** `release`: it is no longer declared, and stays, because this stack did not make it. */
  readonly action: ResourceAction | 'release' | 'unreadable';
  /** What the object is to the stack; `null` where it is yet to be made. */
  readonly origin: ResourceOrigin | null;
  /** The address that it had so far, where that is another one; else empty. */
  readonly movedFrom: string;
  readonly differences: readonly AttributeDifference[];
  /** Why it is replaced, or can't be read. */
  readonly reason: string;
  /** What becomes of the object whose place it takes; `null` for all that takes no other's. */
  readonly former: { readonly identity: string; readonly fate: FormerObject['fate'] } | null;
  /** Why what it was can't be kept, so that it can't be had back; empty where it can. */
  readonly unkept: string;
  /** What somebody changed since it was last applied, and this run would revert. */
  readonly conflicts: readonly DriftConflict[];
  /** Attributes that are left as somebody made them. */
  readonly kept: readonly string[];
}

/** An attribute that is neither as declared nor as it was applied. */
export interface DriftConflict {
  readonly attribute: string;
  readonly declared: JsonValue;
  readonly applied: JsonValue;
  readonly actual: JsonValue;
}

/** What to plan with. */
export interface PlanRequest {
  readonly resources: readonly DeclaredResource[];
  /** Those of them whose properties are all known, by address. */
  readonly prepared: ReadonlyMap<string, PreparedResource>;
  readonly machine: ProviderMachine;
  readonly redactor: Redactor;
  readonly deletions: DeletionPolicy;
}

/** A plan, and which entries have other addresses for it. */
export interface ResourcePlan {
  readonly resources: readonly PlannedResource[];
  /** From the old address to the new. */
  readonly moves: ReadonlyMap<string, string>;
}

/**
 * Reads every declared object and says what a run would do, writing nothing. Refuses what may not be
 * deleted or replaced, with `plan.*`.
 */
export async function planResources(
  context: EngineContext,
  head: Pick<Head, 'lineage' | 'name'>,
  request: PlanRequest,
): Promise<ResourcePlan> {
  // What one resource calls sensitive stays so in whatever is made from it.
  for (const { provider, definition } of request.resources) {
    const { options, properties } = definition;
    context.redactor.addLong(sensitiveProperties(provider, options, properties));
  }
  const selection = [{ kind: 'resource' as const }, { kind: 'acceptance' as const }];
  const view = await context.backend.read({ lineage: head.lineage }, selection);
  const before = view?.content.resource ?? new Map<string, ResourceEntry>();
  const moves = decideMoves(before, objectsOf(context, request));
  const planning = {
    context,
    lineage: head.lineage,
    request,
    moves,
    entries: moved(before, moves),
    from: new Map([...moves].map(([from, to]) => [to, from])),
    acceptances: view?.content.acceptance ?? new Map(),
  };
  const declared = new Set(request.resources.map((each) => each.name));
  const { deleted, released } = decideDeletions(planning.entries, declared);
  const group = ({ provider }: DeclaredResource): { name: string; most: number } => ({
    name: provider.type,
    most: readersOf(provider),
  });
  const changes = await inParallel(request.resources, group, (resource) => {
    const prepared = request.prepared.get(resource.name);
    return prepared === undefined ? planUnknown(planning, resource) : planOne(planning, prepared);
  });
  const providers = new Map(request.resources.map((each) => [each.name, each.provider]));
  const lost = changes.filter(({ resource, action, former }) => {
    const loses = action === 'replace' && former?.fate !== 'released';
    return loses && providers.get(resource)?.holdsData === true;
  });
  const count = deleted.length + lost.length;
  const amount = { count, total: before.size, declared: declared.size };
  assertDeletions(head.name, amount, request.deletions);
  const gone = await inParallel(
    deleted,
    () => ({ name: '', most: 4 }),
    (each) => {
      return planDeletion(planning, each);
    },
  );
  const goes = released.map((each) => undeclared(planning, each, 'release'));
  return { resources: [...changes, ...gone, ...goes], moves };
}

/** What planning one resource works with. */
interface Planning {
  readonly context: EngineContext;
  readonly lineage: string;
  readonly request: PlanRequest;
  /** What the stack knows, under the addresses of now. */
  readonly entries: ReadonlyMap<string, ResourceEntry>;
  readonly moves: ReadonlyMap<string, string>;
  /** The addresses that those which moved had, by the new ones. */
  readonly from: ReadonlyMap<string, string>;
  readonly acceptances: ReadonlyMap<string, AcceptanceEntry>;
}

function objectsOf(context: EngineContext, { resources, prepared }: PlanRequest): DeclaredObject[] {
  return resources.map(({ name, provider, definition }) => ({
    name,
    type: provider.type,
    identity: prepared.get(name)?.identity,
    host: hostOf(context, provider),
    moved: definition.moved,
  }));
}

async function planOne(planning: Planning, resource: PreparedResource): Promise<PlannedResource> {
  const { context, lineage, request, entries, moves, from, acceptances } = planning;
  const { machine, redactor } = request;
  const { name, provider, properties, identity, definition, dependsOn } = resource;
  const entry = entries.get(name);
  const stored = from.get(name) ?? name;
  const line = { ...blank(planning, name), origin: entry === undefined ? null : originOf(entry) };
  const considering = {
    context,
    lineage,
    machine,
    acceptances: () => openAcceptances(context, lineage, stored, acceptedOf(stored, acceptances)),
    movedTo: (address: string) => moves.get(address) ?? address,
  };
  const { options, at } = definition;
  const wanted = {
    address: name,
    provider,
    properties,
    identity,
    dependencies: dependsOn,
    options,
    at,
  };
  try {
    const opened = entry && (await openResource(context, lineage, stored, entry));
    const before = entry && opened && { ...entry, properties: { value: { ...opened.properties } } };
    const considered = await considerObject(considering, wanted, before);
    const { actual, change, former, unkept } = considered;
    const masked = maskingOf(redactor, resource, considered.expected, entry);
    const drifted =
      opened === undefined || !actual.exists || entry?.status !== 'applied'
        ? []
        : differences(opened.attributes, actual.attributes).map((each) => each.attribute);
    const conflicts = change.differences
      .filter(({ attribute }) => drifted.includes(attribute))
      .map(({ attribute, expected: wish, actual: found }) => ({
        attribute,
        declared: masked(attribute, wish),
        applied: masked(attribute, opened?.attributes[attribute] ?? null),
        actual: masked(attribute, found),
      }));
    const shown = change.differences.map((each) => ({
      attribute: each.attribute,
      expected: masked(each.attribute, each.expected),
      actual: masked(each.attribute, each.actual),
    }));
    return {
      ...line,
      action: change.action,
      origin: actual.exists ? originOf(entry) : null,
      differences: shown,
      reason: redactor.text(change.reason),
      former: former && { identity: redactor.text(former.identity), fate: former.fate },
      unkept,
      conflicts,
    };
  } catch (cause) {
    const error = isSlothError(cause) ? cause : resourceFailed(name, cause);
    // What may not be done ends the whole plan; what can't be read is told of this one alone.
    if (error.code === 'plan.protected' || error.code === 'plan.found') throw error;
    const { what, why } = describeError(error);
    return { ...line, action: 'unreadable', reason: redactor.text(why === '' ? what : why) };
  }
}

/** A resource that is no longer declared, and whose object goes. */
async function planDeletion(planning: Planning, address: string): Promise<PlannedResource> {
  const { context, lineage, request, entries, from } = planning;
  const entry = entries.get(address);
  const line = undeclared(planning, address, 'delete');
  const provider = entry && (await context.providers.find(entry.type));
  if (entry === undefined || provider === undefined) return line;
  const stored = from.get(address) ?? address;
  const { properties } = await openResource(context, lineage, stored, entry);
  const reason = await whyReleased({ context, lineage }, provider, entry, properties, false);
  if (reason !== '') return { ...line, action: 'release', reason };
  const wish = { action: 'delete' as const, most: context.preImageMax };
  // Whatever keeps it from being looked at, the deletion itself will tell.
  const unkept = await unkeptReason(provider, properties, request.machine, wish).catch(() => '');
  return { ...line, unkept };
}

function undeclared(
  planning: Planning,
  address: string,
  action: 'delete' | 'release',
): PlannedResource {
  const entry = planning.entries.get(address);
  // Its own name tells nothing where another's entry came to it.
  const reason = planning.from.has(address) ? (entry?.identity ?? '') : '';
  return { ...blank(planning, address), action, origin: originOf(entry), reason };
}

/** A line that says nothing yet. */
function blank({ from }: Planning, resource: string): PlannedResource {
  return {
    resource,
    action: 'none',
    origin: null,
    movedFrom: from.get(resource) ?? '',
    differences: [],
    reason: '',
    former: null,
    unkept: '',
    conflicts: [],
    kept: [],
  };
}

/**
 * What is made from values that only an apply will give: its object can't be looked at yet, so all
 * that can be said is what it was made from last, and what of that is still open.
 */
async function planUnknown(
  planning: Planning,
  { name, definition, references }: DeclaredResource,
): Promise<PlannedResource> {
  const { context, lineage, request, entries, from } = planning;
  const masked = masking(request.redactor, definition.options.sensitive, false);
  const entry = entries.get(name);
  const stored = from.get(name) ?? name;
  const before = entry && (await openResource(context, lineage, stored, entry)).properties;
  const open = Object.entries(definition.properties).filter(
    ([, value]) => referencesIn(value).length > 0,
  );
  return {
    ...blank(planning, name),
    action: entry === undefined ? 'create' : 'update',
    origin: entry === undefined ? null : originOf(entry),
    differences: open.map(([attribute]) => ({
      attribute,
      expected: null,
      actual: masked(attribute, before?.[attribute] ?? null),
      unknown: true,
    })),
    reason: `needs ${references.map(describeReference).join(', ')}`,
  };
}

/** What is masked of a resource: what is called sensitive, what is made from that, and what was so before. */
function maskingOf(
  redactor: Redactor,
  { provider, definition, properties }: PreparedResource,
  expected: Attributes,
  entry: ResourceEntry | undefined,
): ReturnType<typeof masking> {
  const { options } = definition;
  const secrets = sensitiveProperties(provider, options, properties);
  const made = Object.keys(expected).filter((name) => isOneOf(secrets, expected[name] ?? null));
  const names = [...options.sensitive, ...made, ...(entry?.masked ?? [])];
  return masking(redactor, names, options.sensitive.length > 0 || redactor.contains(properties));
}

/** Values as they may be shown, by attribute. */
function masking(
  redactor: Redactor,
  names: readonly string[],
  hidesDigests: boolean,
): (attribute: string, value: JsonValue) => JsonValue {
  return (attribute, value) => {
    if (names.includes(attribute)) return value === null ? null : MASK;
    if (hidesDigests && isDigest(value)) return MASK;
    return redactor.contains(value) ? redactor.text(JSON.stringify(value)) : value;
  };
}
