import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { ResourceEntry } from '../model/entry.ts';
import type { Head } from '../model/head.ts';
import type { JsonValue } from '../model/json.ts';
import type { ProviderMachine } from '../model/provider.ts';
import {
  type AttributeDifference,
  decideChange,
  differences,
  type ResourceAction,
} from '../services/resources/decideChange.ts';
import { decideDeletions } from '../services/resources/decideDeletions.ts';
import type { EngineContext } from './EngineContext.ts';
import type { PreparedResource } from './prepareResources.ts';
import { inParallel, READERS, readObject } from './readObject.ts';
import type { Redactor } from './redactor.ts';
import { openResource } from './storedResource.ts';

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
  readonly resources: readonly PreparedResource[];
  readonly machine: ProviderMachine;
  readonly redactor: Redactor;
  readonly allowDeletions: boolean;
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
  const deletions = decideDeletions(head.name, entries, declared, request.allowDeletions);
  const changes = await inParallel(request.resources, READERS, (resource) =>
    planOne(context, head.lineage, resource, entries.get(resource.name), request),
  );
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
  try {
    const actual = await readObject(name, provider, properties, machine);
    const expected = await provider.expected(properties, machine);
    const change = decideChange(provider, expected, actual, {
      ignore: definition.options.ignore,
      identity,
      before: entry?.identity ?? null,
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
        declared: masked(redactor, wanted),
        applied: masked(redactor, stored?.attributes[attribute] ?? null),
        actual: masked(redactor, found),
      }));
    const shown = change.differences.map((each) => ({
      attribute: each.attribute,
      expected: masked(redactor, each.expected),
      actual: masked(redactor, each.actual),
    }));
    return { resource: name, ...change, differences: shown, conflicts };
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const reason = redactor.text(describeError(error).why);
    return { resource: name, action: 'unreadable', differences: [], reason, conflicts: [] };
  }
}

function masked(redactor: Redactor, value: JsonValue): JsonValue {
  return redactor.contains(value) ? redactor.text(JSON.stringify(value)) : value;
}
