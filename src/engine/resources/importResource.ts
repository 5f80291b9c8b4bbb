import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { JsonValue } from '../../model/json.ts';
import { objectIdentity } from '../../model/objectIdentity.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { addressOf, type ResourceOptions } from '../../model/workflow.ts';
import { differences } from '../../services/resources/decideChange.ts';
import { recordAppliedCommand } from '../../services/resources/resourceCommands.ts';
import { type EngineContext, ownAuthority } from '../context/EngineContext.ts';
import { learnSecrets } from '../objects/learnSecrets.ts';
import { readObject, resourceFailed } from '../objects/readObject.ts';
import { hostOf, refuseOwned } from '../objects/refuseOwned.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { MASK } from '../redaction/redactor.ts';
import { sealContext, sealValue } from '../secrets/sealValue.ts';

/** An object to be looked after from now on. */
export interface ImportRequest {
  readonly type: string;
  readonly name: string;
  /** What names the object for its type: a path, say. */
  readonly id: string;
  readonly machine: ProviderMachine;
}

/** What was imported, as a declaration would say it. */
export interface ImportedResource {
  readonly resource: string;
  /** Those that are hidden masked. */
  readonly properties: Properties;
  /** Names of properties that are secret by their nature. */
  readonly hidden: readonly string[];
  /** The workflow file that ran last on the stack, whose language the declaration needs; may be empty. */
  readonly workflow: string;
}

/**
 * Registers an object that is there already, as it is; changes nothing about it. It is not deleted
 * for not being declared. What it holds is stored encrypted, since nobody has said that it is no
 * secret.
 */
export async function importResource(
  context: EngineContext,
  head: Head,
  { type, name, id, machine }: ImportRequest,
): Promise<ImportedResource> {
  const { lineage } = head;
  const provider = await importable(context, type);
  const address = addressOf({ type, name });
  const { adopt } = provider;
  const found = await adopt(id, machine).catch((cause: unknown) => {
    throw resourceFailed(address, cause);
  });
  const properties = provider.prepare(found, machine);
  const identity = objectIdentity(provider, properties, address);
  await refuseKnown(context, head, address);
  await learnSecrets(context, lineage);
  const claimed = { address, provider, identity };
  await refuseOwned(context, lineage, claimed, { exists: true, wasApplied: false });
  const attributes = await provider.expected(properties, machine);
  const actual = await readObject(address, provider, properties, machine);
  if (!actual.exists || differences(attributes, actual.attributes).length > 0) {
    throw resourceFailed(address, new Error('it changed while it was imported'));
  }
  const seal = (part: string, value: JsonValue): ReturnType<typeof sealValue> =>
    sealValue(context.sealer, value, true, sealContext(lineage, `resource.${part}`, address));
  const secrets = context.redactor.secretsIn({ ...properties });
  const entry: ResourceEntry = {
    type,
    status: 'applied',
    origin: 'imported',
    properties: await seal('properties', { ...properties }),
    attributes: await seal('attributes', { ...attributes }),
    ...(secrets.length === 0 ? {} : { secrets: await seal('secrets', [...secrets]) }),
    masked: secrets.length === 0 ? [] : Object.keys(attributes),
    identity,
    host: hostOf(context, provider),
    dependencies: [],
    options: importedOptions,
    at: { file: '', line: 0 },
    appliedAt: context.clock(),
  };
  const writer = { authority: ownAuthority(context, lineage), probe: context.probe };
  const command = recordAppliedCommand(address, entry, 'imported', writer);
  await context.writer(lineage).submit(command);
  return {
    resource: address,
    ...declarationOf(context.redactor, provider, found),
    workflow: await lastFile(context, head),
  };
}

/** As it was found: what `prepare` adds is not for an author to write. */
function declarationOf(
  redactor: Redactor,
  provider: Provider,
  found: Properties,
): Pick<ImportedResource, 'properties' | 'hidden'> {
  const hidden = Object.entries(found)
    .filter(([name, value]) => {
      return provider.properties[name]?.secret === true || redactor.contains({ value });
    })
    .map(([name]) => name);
  const masked = hidden.map((name) => [name, MASK]);
  return { properties: { ...found, ...Object.fromEntries(masked) }, hidden };
}

async function lastFile({ backend }: EngineContext, head: Head): Promise<string> {
  if (head.lastExecution === null) return '';
  const { id } = head.lastExecution;
  const view = await backend.read({ lineage: head.lineage }, [{ kind: 'execution', name: id }]);
  return view?.content.execution.get(id)?.file ?? '';
}

async function importable(
  { providers }: EngineContext,
  type: string,
): Promise<Provider & Required<Pick<Provider, 'adopt'>>> {
  const provider = await providers.find(type);
  if (provider?.adopt !== undefined) return { ...provider, adopt: provider.adopt };
  const all = await Promise.all(providers.types.map((each) => providers.find(each)));
  const types = all.flatMap((each) => (each?.adopt === undefined ? [] : [each.type]));
  throw new SlothError('resource.not_importable', { type, types });
}

async function refuseKnown(context: EngineContext, head: Head, address: string): Promise<void> {
  const selection = [{ kind: 'resource' as const, name: address }];
  const view = await context.backend.read({ lineage: head.lineage }, selection);
  const known = view?.content.resource.get(address);
  if (known === undefined) return;
  const { identity } = known;
  throw new SlothError('resource.exists', { stack: head.name, address, identity });
}

/** What nobody has said anything about: kept, also when it is not declared. */
const importedOptions: ResourceOptions = {
  severity: {},
  impact: {},
  ignore: [],
  protect: false,
  prune: false,
  sensitive: [],
  version: '',
};
