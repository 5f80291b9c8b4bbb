import type { ObjectOwner } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import { isOwnIdentity } from '../../model/objectIdentity.ts';
import type { Provider } from '../../model/provider.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** An object, and the resource that is about to be responsible for it. */
export interface ClaimedObject {
  readonly address: string;
  readonly provider: Pick<Provider, 'type' | 'remote'>;
  readonly identity: string;
}

/** The machine an object lies on, as it is stored; empty where it is the same from any machine. */
export function hostOf({ self }: EngineContext, { remote }: Pick<Provider, 'remote'>): string {
  return remote === true ? '' : self.host;
}

/**
 * Refuses an object that another resource is responsible for, in this stack or in another, with
 * `resource.owned`: two that change one object in turn would each find it drifted for ever.
 *
 * A resource whose object never came into being claims nothing: nobody has to mend another stack first
 * because a run of it failed. `seen`: whether the object is there, and whether the claimant applied it
 * before. `movedTo` gives the address that an entry of this stack is about to have.
 */
export async function refuseOwned(
  context: EngineContext,
  lineage: string,
  { address, provider, identity }: ClaimedObject,
  seen: { readonly exists: boolean; readonly wasApplied: boolean },
  movedTo: (address: string) => string = (same) => same,
): Promise<void> {
  const host = hostOf(context, provider);
  const isOther = (owner: ObjectOwner): boolean =>
    owner.host === host && (owner.lineage !== lineage || movedTo(owner.address) !== address);
  const owners = await context.backend.owners({ type: provider.type, identity });
  for (const other of owners.filter(isOther)) {
    if (isOwnIdentity(identity) && other.lineage !== lineage) continue;
    if (await claimsNothing(context, other, seen)) continue;
    const { stack, address: owner } = other;
    throw new SlothError('resource.owned', { address, identity, stack, owner });
  }
}

/**
 * The other stack that applied an object which this one never did: what it tried to make was free for
 * anybody, and is not its to delete.
 */
export async function otherOwner(
  { context, lineage }: { readonly context: EngineContext; readonly lineage: string },
  provider: Pick<Provider, 'type' | 'remote'>,
  { identity, appliedAt }: Pick<ResourceEntry, 'identity' | 'appliedAt'>,
): Promise<ObjectOwner | undefined> {
  if (appliedAt !== null || isOwnIdentity(identity)) return undefined;
  const host = hostOf(context, provider);
  for (const owner of await context.backend.owners({ type: provider.type, identity })) {
    if (owner.lineage === lineage || owner.host !== host) continue;
    const selection = [{ kind: 'resource' as const, name: owner.address }];
    const view = await context.backend.read({ lineage: owner.lineage }, selection);
    const applied = view?.content.resource.get(owner.address)?.appliedAt ?? null;
    if (applied !== null) return owner;
  }
  return undefined;
}

/** Whether a resource has no object that it could be responsible for. */
async function claimsNothing(
  { backend }: EngineContext,
  owner: ObjectOwner,
  { exists, wasApplied }: { readonly exists: boolean; readonly wasApplied: boolean },
): Promise<boolean> {
  const selection = [{ kind: 'resource' as const, name: owner.address }];
  const view = await backend.read({ lineage: owner.lineage }, selection);
  const entry = view?.content.resource.get(owner.address);
  if (entry?.appliedAt !== null || view?.head.open.length !== 0) return false;
  return entry.absent === true || !exists || wasApplied;
}
