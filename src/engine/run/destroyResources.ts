import { describeError, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry, ResourceOrigin } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { originOf } from '../../model/origin.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { dependentsFirst } from '../../services/resources/decideDeletions.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { ApplySession } from '../objects/ApplySession.ts';
import { removeResource, whyReleased } from '../objects/removeResource.ts';
import { openResource } from '../objects/storedResource.ts';
import { underRunLock } from '../objects/underRunLock.ts';
import { snapshotFirst } from '../snapshots/snapshotFirst.ts';

/** How deleting one resource ended. */
export interface DestroyedResource {
  readonly resource: string;
  /** `released`: its object stays, and the stack no longer looks after it. */
  readonly status: 'deleted' | 'released' | 'failed' | 'skipped';
  /** Why it was let go, failed or was skipped. */
  readonly reason: string;
}

/** What destroying would do to one object. */
export interface DestroyPlan {
  readonly resource: string;
  readonly identity: string;
  readonly fate: 'deleted' | 'released';
  /** Why it is only let go; empty where it is deleted. */
  readonly reason: string;
  readonly origin: ResourceOrigin;
}

/** What destroying a stack's objects would do to each, in that order; changes nothing. */
export async function planDestroy(
  context: EngineContext,
  { lineage }: Head,
  includeFound: boolean,
): Promise<DestroyPlan[]> {
  const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
  const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
  const plans: DestroyPlan[] = [];
  for (const resource of dependentsFirst(entries)) {
    const entry = entries.get(resource);
    const provider = entry && (await context.providers.find(entry.type));
    if (entry === undefined || provider === undefined) continue;
    const { properties } = await openResource(context, lineage, resource, entry);
    const of = { context, lineage };
    const reason = await whyReleased(of, provider, entry, properties, includeFound);
    const fate = reason === '' ? 'deleted' : 'released';
    const { identity } = entry;
    plans.push({ resource, identity, fate, reason, origin: originOf(entry) });
  }
  return plans;
}

/**
 * Deletes every object that a stack made or was told to own, dependents first, each as two commits, and
 * lets go of what it found. One that can't be deleted keeps what it depends on; the rest goes. Refused
 * as a whole, with `plan.protected`, where one that would be deleted is protected.
 */
export async function destroyResources(
  context: EngineContext,
  head: Head,
  request: {
    readonly machine: ProviderMachine;
    readonly snapshot: boolean;
    /** Whether what the stack did not make is deleted, too. */
    readonly includeFound: boolean;
    readonly onDeleted: (resource: DestroyedResource) => void;
  },
): Promise<DestroyedResource[]> {
  const { lineage } = head;
  const { machine } = request;
  const wish = { operation: 'destroy', reason: 'deleting all objects of the stack', machine };
  return underRunLock(context, head, wish, async (session) => {
    const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
    const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
    for (const { resource, fate } of await planDestroy(context, head, request.includeFound)) {
      if (fate !== 'deleted' || entries.get(resource)?.options.protect !== true) continue;
      throw new SlothError('plan.protected', { address: resource, action: 'deleted' });
    }
    if (entries.size > 0 && request.snapshot) {
      await snapshotFirst(session, { description: 'Before destroy', tag: 'destroy' });
    }
    const ended: DestroyedResource[] = [];
    const kept = new Set<string>();
    for (const address of dependentsFirst(entries)) {
      const entry = entries.get(address);
      if (entry === undefined) continue;
      const outcome = kept.has(address)
        ? ({
            resource: address,
            status: 'skipped',
            reason: 'what needs it is still there',
          } as const)
        : await deleteOne(session, address, entry, request.includeFound);
      if (outcome.status === 'failed' || outcome.status === 'skipped')
        for (const each of entry.dependencies) kept.add(each);
      ended.push(outcome);
      request.onDeleted(outcome);
    }
    return ended;
  });
}

async function deleteOne(
  session: ApplySession,
  resource: string,
  entry: ResourceEntry,
  includeFound: boolean,
): Promise<DestroyedResource> {
  const provider = await session.context.providers.find(entry.type);
  if (provider === undefined) {
    return { resource, status: 'failed', reason: `there is no type '${entry.type}'` };
  }
  try {
    const { fate, reason } = await removeResource(session, resource, entry, provider, {
      includeFound,
    });
    return { resource, status: fate, reason };
  } catch (error) {
    if (!isSlothError(error) || error.code !== 'resource.failed') throw error;
    return { resource, status: 'failed', reason: session.redact(describeError(error).why) };
  }
}
