import { nearest } from '../errors/nearest.ts';
import { SlothError } from '../errors/SlothError.ts';
import type { Properties, Provider, ProviderMachine } from '../model/provider.ts';
import { addressOf, type ResourceDefinition } from '../model/workflow.ts';
import { checkProperties } from '../services/resources/checkProperties.ts';
import type { ProviderSource } from './EngineContext.ts';

/** A declared resource with its provider, ready to be read and applied. */
export interface PreparedResource {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly definition: ResourceDefinition;
  readonly provider: Provider;
  readonly properties: Properties;
  readonly identity: string;
}

/**
 * Finds the providers of declared resources and prepares their properties. Refuses with
 * `workflow.invalid`, at the line of the declaration: an unknown type, wrong or missing properties,
 * two resources that are one object.
 */
export async function prepareResources(
  definitions: readonly ResourceDefinition[],
  providers: ProviderSource,
  machine: ProviderMachine,
): Promise<PreparedResource[]> {
  const owners = new Map<string, ResourceDefinition>();
  const prepared: PreparedResource[] = [];
  for (const definition of definitions) {
    const provider = await providers.find(definition.type);
    if (provider === undefined) throw unknownType(definition, providers.types);
    const [finding] = checkProperties(provider, definition.properties);
    if (finding !== undefined) throw invalid(definition, finding.reason, finding.hint);
    const properties = provider.prepare(definition.properties, machine);
    const identity = provider.identity(properties);
    const owner = owners.get(`${definition.type} ${identity}`);
    if (owner !== undefined) {
      const reason = `it is the same object as '${addressOf(owner)}': ${identity}`;
      throw invalid(definition, reason, 'declare each object once');
    }
    owners.set(`${definition.type} ${identity}`, definition);
    const name = addressOf(definition);
    prepared.push({
      name,
      dependsOn: definition.dependsOn,
      definition,
      provider,
      properties,
      identity,
    });
  }
  return prepared;
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
