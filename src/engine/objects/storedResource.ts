import type { ResourceEntry } from '../../model/entry.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Attributes, Properties } from '../../model/provider.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';

/** What the stack keeps of a resource, in the clear; for reading its object, never for printing. */
export interface OpenedResource {
  readonly properties: Properties;
  readonly attributes: Attributes;
}

/** What a change is decided against: `null` for an object that the stack doesn't know. */
export function appliedBefore(
  entry: ResourceEntry | undefined,
): { readonly identity: string; readonly version: string } | null {
  if (entry === undefined) return null;
  // While the object of before is still there, it is what has to go.
  const { identity } = entry.replaced ?? entry;
  return { identity, version: entry.options.version };
}

/** Opens what is stored of a resource. Rejects with `secret.*` where its key is not the right one. */
export async function openResource(
  { sealer }: EngineContext,
  lineage: string,
  address: string,
  entry: ResourceEntry,
): Promise<OpenedResource> {
  const open = async (part: 'properties' | 'attributes'): Promise<JsonObject> => {
    const context = sealContext(lineage, `resource.${part}`, address);
    return (await openValue(sealer, entry[part], context)) as JsonObject;
  };
  // Opened for their own sake: what is opened is known from then on, and masked wherever it turns up.
  if (entry.secrets !== undefined) {
    await openValue(sealer, entry.secrets, sealContext(lineage, 'resource.secrets', address));
  }
  return { properties: await open('properties'), attributes: await open('attributes') };
}
