import type { Head } from '../../model/head.ts';
import type { ListedObject, Properties, ProviderMachine } from '../../model/provider.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { resourceFailed } from '../objects/readObject.ts';
import { hostOf } from '../objects/refuseOwned.ts';
import { openResource } from '../objects/storedResource.ts';

/** What there is and no stack looks after. */
export interface UnmanagedObjects {
  readonly objects: readonly ListedObject[];
  /** Types whose objects could not be listed, and why. */
  readonly unreadable: readonly { readonly type: string; readonly reason: string }[];
}

/**
 * Lists the objects of a stack's types that no resource of any stack is. Types that can't list theirs
 * are left out; a list that fails is told, and never reads as "there are none".
 */
export async function listUnmanaged(
  context: EngineContext,
  { lineage }: Head,
  machine: ProviderMachine,
  types: readonly string[],
): Promise<UnmanagedObjects> {
  const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
  const declared = new Map<string, Properties[]>(types.map((type) => [type, []]));
  for (const [address, entry] of view?.content.resource ?? []) {
    const { properties } = await openResource(context, lineage, address, entry);
    declared.set(entry.type, [...(declared.get(entry.type) ?? []), properties]);
  }
  const objects: ListedObject[] = [];
  const unreadable: { type: string; reason: string }[] = [];
  for (const [type, known] of [...declared].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const provider = await context.providers.find(type);
    try {
      const listed = (await provider?.list?.(known, machine)) ?? [];
      for (const each of listed) if (!(await isOwned(context, each))) objects.push(each);
    } catch (cause) {
      unreadable.push({ type, reason: String(resourceFailed(type, cause).details.reason) });
    }
  }
  return { objects, unreadable };
}

async function isOwned(context: EngineContext, { type, identity }: ListedObject): Promise<boolean> {
  const provider = await context.providers.find(type);
  const host = hostOf(context, provider ?? {});
  const owners = await context.backend.owners({ type, identity });
  return owners.some((each) => each.host === host);
}
