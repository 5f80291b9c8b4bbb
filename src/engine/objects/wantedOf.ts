import type { ResourceEntry } from '../../model/entry.ts';
import type { ApplySession, WantedObject } from './ApplySession.ts';
import { openResource } from './storedResource.ts';

/** A resource of the stack, as a wish to have its object as it says. */
export async function wantedOf(
  { context, lineage }: Pick<ApplySession, 'context' | 'lineage'>,
  address: string,
  entry: ResourceEntry,
): Promise<WantedObject | undefined> {
  const provider = await context.providers.find(entry.type);
  if (provider === undefined) return undefined;
  const { properties } = await openResource(context, lineage, address, entry);
  const { identity, dependencies, options, at, masked } = entry;
  return { address, provider, properties, identity, dependencies, options, at, masked };
}
