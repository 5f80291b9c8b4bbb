import type { ObjectOwner } from '../backend/StateBackend.ts';
import { SlothError } from '../errors/SlothError.ts';
import type { Provider } from '../model/provider.ts';
import type { EngineContext } from './EngineContext.ts';

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
 */
export async function refuseOwned(
  context: EngineContext,
  lineage: string,
  { address, provider, identity }: ClaimedObject,
): Promise<void> {
  const host = hostOf(context, provider);
  const isOther = (owner: ObjectOwner): boolean =>
    owner.host === host && (owner.lineage !== lineage || owner.address !== address);
  const owners = await context.backend.owners({ type: provider.type, identity });
  const other = owners.find(isOther);
  if (other === undefined) return;
  const { stack, address: owner } = other;
  throw new SlothError('resource.owned', { address, identity, stack, owner });
}
