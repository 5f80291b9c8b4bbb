import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { JsonObject } from '../../model/json.ts';
import { objectIdentity } from '../../model/objectIdentity.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import {
  describeReference,
  type LookUp,
  referencesIn,
  resolveReferences,
} from '../../model/reference.ts';
import { spellingOf } from '../../model/spelling.ts';
import { addressOf, type ResourceDefinition } from '../../model/workflow.ts';
import {
  checkProperties,
  withEmptyLists,
  withSchemaNames,
} from '../../services/resources/checkProperties.ts';
import { impliedOrder, type PlacedResource } from '../../services/resources/impliedOrder.ts';
import type { ProviderSource } from '../context/EngineContext.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { DeclaredResource, PreparedResource } from './DeclaredResource.ts';
import { inheritSensitivity } from './inheritSensitivity.ts';

/** Where resources are prepared, and what must not stand in the names of their objects. */
export interface Preparing {
  readonly machine: ProviderMachine;
  readonly redactor: Pick<Redactor, 'givesAway'>;
}

/**
 * Finds the providers of declared resources. Refuses with `workflow.invalid`, at the line of the
 * declaration: an unknown type, wrong or missing properties, a reference to what no such object has.
 */
export async function declareResources(
  definitions: readonly ResourceDefinition[],
  providers: ProviderSource,
): Promise<DeclaredResource[]> {
  const declared: DeclaredResource[] = [];
  for (const given of definitions) {
    const provider = await providers.find(given.type);
    if (provider === undefined) throw unknownType(given, providers.types);
    const versioned = withVersion(given, provider);
    const named = withSchemaNames(provider, versioned.properties, spellingOf(given.at.file));
    const own = withEmptyLists(provider, named);
    const definition = { ...versioned, properties: own };
    refuseWrong(definition, provider, definition.properties);
    const { dependsOn, properties } = definition;
    const references = referencesIn({ ...properties });
    declared.push({ name: addressOf(definition), dependsOn, definition, provider, references });
  }
  const byName = new Map(declared.map((each) => [each.name, each]));
  for (const each of declared) refuseDangling(each, byName);
  return inheritSensitivity(declared);
}

/**
 * The resource with all that it refers to filled in; `undefined` while something of it is not known.
 * Refuses with `workflow.invalid` what turns out to be wrong, and an object whose name holds a secret.
 */
export async function prepareResource(
  declared: DeclaredResource,
  { machine, redactor }: Preparing,
  lookUp: LookUp,
): Promise<PreparedResource | undefined> {
  const { definition, provider, references } = declared;
  const given: JsonObject = { ...definition.properties };
  const resolved = references.length === 0 ? given : await resolveReferences(given, lookUp);
  if (resolved === undefined) return undefined;
  if (references.length > 0) refuseWrong(definition, provider, resolved);
  try {
    const properties = provider.prepare(resolved, machine);
    const identity = objectIdentity(provider, properties, declared.name);
    if (redactor.givesAway(identity)) {
      throw new Error(
        'what names its object holds a secret, and names are stored and shown as they are',
      );
    }
    return { ...declared, properties, identity };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(definition, reason, 'correct this property');
  }
}

/**
 * Prepares all that can be prepared before anything is applied: those whose references lead to other
 * prepared ones, and not to what a task has yet to give. Refuses two resources that are one object.
 */
export async function prepareResources(
  declared: readonly DeclaredResource[],
  preparing: Preparing,
): Promise<Map<string, PreparedResource>> {
  const byName = new Map(declared.map((each) => [each.name, each]));
  const prepared = new Map<string, PreparedResource>();
  const tried = new Set<string>();
  const lookUp: LookUp = async ({ kind, of, name }) => {
    const target = byName.get(of);
    if (kind !== 'attribute' || target === undefined) return undefined;
    await prepare(target);
    const found = prepared.get(of);
    if (found === undefined) return undefined;
    return found.properties[name] ?? (await expectedOf(found, preparing.machine))?.[name];
  };
  const prepare = async (resource: DeclaredResource): Promise<void> => {
    if (tried.has(resource.name)) return;
    tried.add(resource.name);
    const ready = await prepareResource(resource, preparing, lookUp);
    if (ready !== undefined) prepared.set(resource.name, ready);
  };
  for (const each of declared) await prepare(each);
  refuseTwice([...prepared.values()]);
  return prepared;
}

/**
 * The declared resources with what has to be there first though nobody said so: the folder that something
 * lies in, the file that an edit is in. `needs` is what the workflow says, tasks included.
 */
export function withImpliedOrder(
  declared: readonly DeclaredResource[],
  prepared: ReadonlyMap<string, PreparedResource>,
  needs: ReadonlyMap<string, readonly string[]>,
): DeclaredResource[] {
  const placed = declared.map(({ name, provider }): PlacedResource => {
    const properties = prepared.get(name)?.properties;
    const place = properties === undefined ? undefined : provider.place?.(properties);
    return { name, place, makesPlace: provider.makesPlace === true };
  });
  const implied = impliedOrder(placed, needs);
  return declared.map((each) => {
    const first = implied.get(each.name);
    if (first === undefined || each.dependsOn.includes(first)) return each;
    return { ...each, dependsOn: [...each.dependsOn, first] };
  });
}

/** Where a type has a property `version`, that is what its declaration means by the word. */
function withVersion(definition: ResourceDefinition, provider: Provider): ResourceDefinition {
  const { version } = definition.options;
  if (version === '' || !('version' in provider.properties)) return definition;
  return {
    ...definition,
    properties: { ...definition.properties, version },
    options: { ...definition.options, version: '' },
  };
}

/** What an object will look like; nothing where that can't be told before others are applied. */
async function expectedOf(
  { provider, properties }: PreparedResource,
  machine: ProviderMachine,
): Promise<Properties | undefined> {
  try {
    return await provider.expected(properties, machine);
  } catch {
    // A source that a task has yet to write, say. Whatever it is, the apply will tell.
    return undefined;
  }
}

function refuseTwice(resources: readonly PreparedResource[]): void {
  const owners = new Map<string, PreparedResource>();
  for (const resource of resources) {
    const object = `${resource.provider.type} ${resource.identity}`;
    const owner = owners.get(object);
    if (owner !== undefined) {
      const reason = `it is the same object as '${owner.name}': ${resource.identity}`;
      throw invalid(resource.definition, reason, 'declare each object once');
    }
    owners.set(object, resource);
  }
}

function refuseWrong(
  definition: ResourceDefinition,
  provider: Provider,
  properties: Properties,
): void {
  const [finding] = checkProperties(provider, properties, spellingOf(definition.at.file));
  if (finding !== undefined) throw invalid(definition, finding.reason, finding.hint);
}

/** A reference to what another resource doesn't have would never become known. */
function refuseDangling(
  { definition, references }: DeclaredResource,
  declared: ReadonlyMap<string, DeclaredResource>,
): void {
  for (const reference of references) {
    const target = declared.get(reference.of);
    if (reference.kind !== 'attribute' || target === undefined) continue;
    const { attributes, properties } = target.provider;
    const names = [...Object.keys(properties), ...Object.keys(attributes)];
    // A type without a schema for its attributes has whatever its author gives it.
    if (Object.keys(attributes).length === 0 || names.includes(reference.name)) continue;
    const near = nearest(reference.name, names);
    const hint =
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has: ${names.join(', ')}`;
    throw invalid(definition, `there is no ${describeReference(reference)}`, hint);
  }
}

function unknownType(definition: ResourceDefinition, types: readonly string[]): SlothError {
  const near = nearest(definition.type, types);
  const all = `there are: ${types.join(', ')}`;
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : all;
  return invalid(definition, `there is no type '${definition.type}'`, hint);
}

function invalid(definition: ResourceDefinition, why: string, hint: string): SlothError {
  const reason = `resource '${addressOf(definition)}': ${why}`;
  return new SlothError('workflow.invalid', { reason, hint }, { source: definition.at });
}
