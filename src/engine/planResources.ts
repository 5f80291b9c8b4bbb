import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { ResourceEntry } from '../model/entry.ts';
import type { Head } from '../model/head.ts';
import type { JsonValue } from '../model/json.ts';
import type { ProviderMachine } from '../model/provider.ts';
import { describeReference, referencesIn } from '../model/reference.ts';
import {
  type AttributeDifference,
  decideChange,
  differences,
  type ResourceAction,
} from '../services/resources/decideChange.ts';
import { type DeletionPolicy, decideDeletions } from '../services/resources/decideDeletions.ts';
import type { EngineContext } from './EngineContext.ts';
import type { DeclaredResource, PreparedResource } from './prepareResources.ts';
import { inParallel, readersOf, readObject, resourceFailed } from './readObject.ts';
import { MASK, type Redactor } from './redactor.ts';
import { refuseOwned } from './refuseOwned.ts';
import { appliedBefore, openResource } from './storedResource.ts';

/** One line of a plan; every text in it is redacted. */
export interface PlannedResource {
  readonly resource: string;
  readonly action: ResourceAction | 'unreadable';
  readonly differences: readonly AttributeDifference[];
  /** Why it is replaced, or can't be read. */
  readonly reason: string;
  /** What somebody changed since it was last applied, and this run would revert. */
  readonly conflicts: readonly DriftConflict[];
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

/**
 * Reads every declared object and says what a run would do, writing nothing. Refuses what may not be
 * deleted or replaced, with `plan.*`.
 */
export async function planResources(
  context: EngineContext,
  head: Pick<Head, 'lineage' | 'name'>,
  request: PlanRequest,
): Promise<PlannedResource[]> {
  const view = await context.backend.read({ lineage: head.lineage }, [{ kind: 'resource' }]);
  const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
  const declared = new Set(request.resources.map((each) => each.name));
  const deletions = decideDeletions(head.name, entries, declared, request.deletions);
  const group = ({ provider }: DeclaredResource): { name: string; most: number } => ({
    name: provider.type,
    most: readersOf(provider),
  });
  const changes = await inParallel(request.resources, group, (resource) => {
    const entry = entries.get(resource.name);
    const prepared = request.prepared.get(resource.name);
    return prepared === undefined
      ? planUnknown(context, head.lineage, resource, entry, request)
      : planOne(context, head.lineage, prepared, entry, request);
  });
  const deleted = deletions.map((resource): PlannedResource => {
    return { resource, action: 'delete', differences: [], reason: '', conflicts: [] };
  });
  return [...changes, ...deleted];
}

async function planOne(
  context: EngineContext,
  lineage: string,
  resource: PreparedResource,
  entry: ResourceEntry | undefined,
  { machine, redactor }: PlanRequest,
): Promise<PlannedResource> {
  const { name, provider, properties, identity, definition } = resource;
  const { ignore, version, sensitive } = definition.options;
  const masked = masking(redactor, sensitive);
  try {
    await refuseOwned(context, lineage, { address: name, provider, identity });
    const actual = await readObject(name, provider, properties, machine);
    const expected = await provider.expected(properties, machine);
    const change = decideChange(provider, expected, actual, {
      ignore,
      identity,
      version,
      before: appliedBefore(entry),
    });
    const stored = entry && (await openResource(context, lineage, name, entry));
    const moved =
      stored === undefined || !actual.exists
        ? []
        : differences(stored.attributes, actual.attributes).map((each) => each.attribute);
    const conflicts = change.differences
      .filter(({ attribute }) => moved.includes(attribute))
      .map(({ attribute, expected: wanted, actual: found }) => ({
        attribute,
        declared: masked(attribute, wanted),
        applied: masked(attribute, stored?.attributes[attribute] ?? null),
        actual: masked(attribute, found),
      }));
    const shown = change.differences.map((each) => ({
      attribute: each.attribute,
      expected: masked(each.attribute, each.expected),
      actual: masked(each.attribute, each.actual),
    }));
    return { resource: name, ...change, differences: shown, conflicts };
  } catch (cause) {
    const error = isSlothError(cause) ? cause : resourceFailed(name, cause);
    const { what, why } = describeError(error);
    const reason = redactor.text(why === '' ? what : why);
    return { resource: name, action: 'unreadable', differences: [], reason, conflicts: [] };
  }
}

/**
 * What is made from values that only an apply will give: its object can't be looked at yet, so all
 * that can be said is what it was made from last, and what of that is still open.
 */
async function planUnknown(
  context: EngineContext,
  lineage: string,
  { name, definition, references }: DeclaredResource,
  entry: ResourceEntry | undefined,
  { redactor }: PlanRequest,
): Promise<PlannedResource> {
  const masked = masking(redactor, definition.options.sensitive);
  const before = entry && (await openResource(context, lineage, name, entry)).properties;
  const open = Object.entries(definition.properties).filter(
    ([, value]) => referencesIn(value).length > 0,
  );
  return {
    resource: name,
    action: entry === undefined ? 'create' : 'update',
    differences: open.map(([attribute]) => ({
      attribute,
      expected: null,
      actual: masked(attribute, before?.[attribute] ?? null),
      unknown: true,
    })),
    reason: `needs ${references.map(describeReference).join(', ')}`,
    conflicts: [],
  };
}

/** Values as they may be shown, by attribute. */
function masking(
  redactor: Redactor,
  sensitive: readonly string[],
): (attribute: string, value: JsonValue) => JsonValue {
  return (attribute, value) => {
    if (sensitive.includes(attribute)) return value === null ? null : MASK;
    return redactor.contains(value) ? redactor.text(JSON.stringify(value)) : value;
  };
}
