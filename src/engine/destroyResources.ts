import { describeError, isSlothError, SlothError } from '../errors/SlothError.ts';
import type { ResourceEntry } from '../model/entry.ts';
import type { Head } from '../model/head.ts';
import type { ProviderMachine } from '../model/provider.ts';
import { dependentsFirst } from '../services/resources/decideDeletions.ts';
import { deleteResource } from './applyResource.ts';
import type { EngineContext } from './EngineContext.ts';
import { dropRunLock, takeRunLock } from './runLock.ts';
import { takeSnapshot } from './takeSnapshot.ts';

/** How deleting one resource ended. */
export interface DestroyedResource {
  readonly resource: string;
  readonly status: 'deleted' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
}

/** Milliseconds; see `fixDrift`. */
const LONGEST = 3_600_000;

/**
 * Deletes every object of a stack, dependents first, each as two commits. One that can't be deleted
 * keeps what it depends on; the rest goes. Refused as a whole, with `plan.protected`, where one of
 * them is protected.
 */
export async function destroyResources(
  context: EngineContext,
  head: Head,
  request: {
    readonly machine: ProviderMachine;
    readonly snapshot: boolean;
    readonly onDeleted: (resource: DestroyedResource) => void;
  },
): Promise<DestroyedResource[]> {
  const { lineage } = head;
  const lock = await takeRunLock(context, head, {
    required: true,
    operation: 'destroy',
    reason: 'deleting all objects of the stack',
    ttl: LONGEST,
  });
  try {
    const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
    const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
    for (const [address, { options }] of entries) {
      if (options.protect) throw new SlothError('plan.protected', { address, action: 'deleted' });
    }
    const authority = { ...lock.authority, execution: null };
    if (entries.size > 0 && request.snapshot) {
      const tags = ['auto', 'destroy'];
      const label = { creator: 'system', description: 'Before destroy', tags, execution: null };
      const under = { authority, probe: context.probe };
      await takeSnapshot(context, lineage, { label, under, reuse: true });
    }
    const { machine } = request;
    const session = { context, lineage, authority, machine, isSecret: () => true };
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
        : await deleteOne(session, address, entry);
      if (outcome.status !== 'deleted') for (const each of entry.dependencies) kept.add(each);
      ended.push(outcome);
      request.onDeleted(outcome);
    }
    return ended;
  } finally {
    await dropRunLock(context, head, lock);
  }
}

async function deleteOne(
  session: Parameters<typeof deleteResource>[0],
  resource: string,
  entry: ResourceEntry,
): Promise<DestroyedResource> {
  const provider = await session.context.providers.find(entry.type);
  if (provider === undefined) {
    return { resource, status: 'failed', reason: `there is no type '${entry.type}'` };
  }
  try {
    await deleteResource(session, resource, entry, provider);
    return { resource, status: 'deleted', reason: '' };
  } catch (error) {
    if (!isSlothError(error) || error.code !== 'resource.failed') throw error;
    return { resource, status: 'failed', reason: describeError(error).why };
  }
}
