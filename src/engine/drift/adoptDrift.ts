import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { canonicalJson } from '../../model/json.ts';
import { objectIdentity } from '../../model/objectIdentity.ts';
import { originOf } from '../../model/origin.ts';
import type { Attributes, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import type { SourcePosition } from '../../model/workflow.ts';
import { type AttributeDifference, differences } from '../../services/resources/decideChange.ts';
import {
  type ResourceWriter,
  recordAppliedCommand,
  recordDeletedCommand,
} from '../../services/resources/resourceCommands.ts';
import { type EngineContext, ownAuthority } from '../context/EngineContext.ts';
import { readObject, resourceFailed } from '../objects/readObject.ts';
import { resourceEntry } from '../objects/resourceEntry.ts';
import { openResource } from '../objects/storedResource.ts';
import { MASK } from '../redaction/redactor.ts';

/** What became of a resource whose object was taken as it is. */
export interface AdoptedDrift {
  readonly resource: string;
  /** Whether its object is gone, and the stack doesn't know it any more either. */
  readonly forgotten: boolean;
  readonly attributes: readonly AttributeDifference[];
  /** The properties of its declaration as they have to be now; hidden ones masked. */
  readonly properties: Properties;
  /** Names of the properties that are not as they were declared. */
  readonly changed: readonly string[];
  /** Names of properties that are to be left out now. */
  readonly removed: readonly string[];
  /** Names of properties that are shown nowhere. */
  readonly hidden: readonly string[];
  /** Where it is declared; without a line for one that no workflow declares. */
  readonly at: SourcePosition;
}

/**
 * Takes what an object looks like as what it should look like, in the stack; changes nothing about the
 * object. The workflow still says otherwise: whoever calls this has to be told where. Rejects with
 * `drift.nothing_to_accept` without drift, and with `resource.failed` where no declaration could say
 * what is there.
 */
export async function adoptDrift(
  context: EngineContext,
  head: Head,
  { address, machine }: { readonly address: string; readonly machine: ProviderMachine },
): Promise<AdoptedDrift> {
  const { lineage, name: stack } = head;
  const { entry, provider } = await known(context, head, address);
  const before = await openResource(context, lineage, address, entry);
  const actual = await readObject(address, provider, before.properties, machine);
  const writer = { authority: ownAuthority(context, lineage), probe: context.probe };
  const { at } = entry;
  if (!actual.exists) {
    await context.writer(lineage).submit(recordDeletedCommand(address, writer));
    return { resource: address, forgotten: true, attributes: [], ...declarationOf({}, {}, []), at };
  }
  const drifted = differences(before.attributes, actual.attributes, entry.options.ignore);
  if (drifted.length === 0)
    throw new SlothError('drift.nothing_to_accept', { stack, what: address });
  const properties = await taken(provider, before.properties, actual.attributes, machine);
  const expected = await provider.expected(properties, machine);
  const left = differences(expected, actual.attributes, entry.options.ignore);
  if (left.length > 0) {
    const names = left.map((each) => each.attribute).join(', ');
    throw resourceFailed(address, new Error(`no declaration could say what it is now: ${names}`));
  }
  await record(context, head, writer, { address, entry, provider, properties, expected });
  const hidden = Object.keys(properties).filter(
    (name) =>
      entry.properties.sensitive === true ||
      provider.properties[name]?.secret === true ||
      isHidden(entry, name),
  );
  return {
    resource: address,
    forgotten: false,
    attributes: drifted.map(({ attribute, expected: was, actual: is }) => ({
      attribute,
      expected: isHidden(entry, attribute) ? MASK : was,
      actual: isHidden(entry, attribute) ? MASK : is,
    })),
    ...declarationOf(
      declarable(provider, before.properties),
      declarable(provider, properties),
      hidden,
    ),
    at,
  };
}

function isHidden({ masked, options }: ResourceEntry, name: string): boolean {
  return masked.includes(name) || options.sensitive.includes(name);
}

/** Without what `prepare` adds for itself, which no author may write. */
function declarable(provider: Provider, properties: Properties): Properties {
  const own = Object.entries(properties).filter(([name]) =>
    Object.hasOwn(provider.properties, name),
  );
  return Object.fromEntries(own);
}

function declarationOf(
  before: Properties,
  now: Properties,
  hidden: readonly string[],
): Pick<AdoptedDrift, 'properties' | 'changed' | 'removed' | 'hidden'> {
  const isNew = (name: string): boolean =>
    canonicalJson(now[name] ?? null) !== canonicalJson(before[name] ?? null);
  const shown = Object.entries(now).map(([name, value]) => [
    name,
    hidden.includes(name) ? MASK : value,
  ]);
  return {
    properties: Object.fromEntries(shown),
    changed: Object.keys(now).filter(isNew),
    removed: Object.keys(before).filter((name) => !(name in now)),
    hidden: hidden.filter((name) => name in now),
  };
}

async function known(
  context: EngineContext,
  { lineage, name: stack }: Head,
  address: string,
): Promise<{ readonly entry: ResourceEntry; readonly provider: Provider }> {
  const selection = [{ kind: 'resource' as const, name: address }];
  const view = await context.backend.read({ lineage }, selection);
  const entry = view?.content.resource.get(address);
  if (entry === undefined) throw new SlothError('resource.not_found', { stack, address, near: [] });
  const provider = await context.providers.find(entry.type);
  if (provider !== undefined) return { entry, provider };
  throw resourceFailed(address, new Error(`there is no type '${entry.type}' any more`));
}

async function taken(
  provider: Provider,
  properties: Properties,
  actual: Attributes,
  machine: ProviderMachine,
): Promise<Properties> {
  if (provider.take !== undefined) return provider.take(properties, actual, machine);
  const sameNamed = Object.entries(actual).filter(([name]) => name in properties);
  return { ...properties, ...Object.fromEntries(sameNamed) };
}

async function record(
  context: EngineContext,
  { lineage }: Head,
  writer: ResourceWriter,
  given: {
    readonly address: string;
    readonly entry: ResourceEntry;
    readonly provider: Provider;
    readonly properties: Properties;
    readonly expected: Attributes;
  },
): Promise<void> {
  const { address, entry, provider, properties, expected } = given;
  const { dependencies, options, at, masked } = entry;
  // What was stored encrypted stays so; nothing new comes in here but what is there already.
  const isSecret = (): boolean => entry.properties.sensitive === true;
  const identity = objectIdentity(provider, properties, address);
  const wanted = { address, provider, properties, identity, dependencies, options, at, masked };
  const facts = { status: 'applied' as const, origin: originOf(entry) };
  const next = await resourceEntry({ context, lineage, isSecret }, wanted, expected, facts);
  await context.writer(lineage).submit(recordAppliedCommand(address, next, 'adopted', writer));
}
