import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { DriftEntry, ResourceEntry } from '../model/entry.ts';
import type { Head } from '../model/head.ts';
import type { ProviderMachine } from '../model/provider.ts';
import { dependentsFirst } from '../services/resources/decideDeletions.ts';
import { type ApplySession, applyResource } from './applyResource.ts';
import { detectDrift } from './detectDrift.ts';
import type { EngineContext } from './EngineContext.ts';
import { dropRunLock, type RunLock, takeRunLock } from './runLock.ts';
import { openResource } from './storedResource.ts';
import { takeSnapshot } from './takeSnapshot.ts';

/** How fixing one resource ended. */
export interface FixedResource {
  readonly resource: string;
  readonly status: 'fixed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
}

/** What to fix. */
export interface FixRequest {
  /** Only these; all that have drifted where it is `null`. */
  readonly only: ReadonlySet<string> | null;
  readonly machine: ProviderMachine;
  readonly snapshot: boolean;
  readonly onFixed: (resource: FixedResource) => void;
}

/** Milliseconds; the lock ends with this process anyhow, this bounds it where nobody can see that. */
const LONGEST = 3_600_000;

/**
 * Brings drifted objects back to what was applied: takes the lock, snapshots, applies each after
 * what it depends on, and reads all of them again to prove it.
 */
export async function fixDrift(
  context: EngineContext,
  head: Head,
  request: FixRequest,
): Promise<FixedResource[]> {
  const { lineage } = head;
  const lock = await takeRunLock(context, head, {
    required: true,
    operation: 'drift fix',
    reason: 'bringing drifted objects back',
    ttl: LONGEST,
  });
  try {
    const { only, machine } = request;
    const report = await detectDrift(context, { lineage, only, machine });
    const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
    const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
    const order = dependentsFirst(entries).toReversed();
    const drifted = order.filter((address) => isFixable(report.get(address)));
    if (drifted.length > 0 && request.snapshot) {
      const tags = ['auto', 'drift'];
      const label = { creator: 'system', description: 'Before drift fix', tags, execution: null };
      const under = { authority: { ...lock.authority, execution: null }, probe: context.probe };
      await takeSnapshot(context, lineage, { label, under, reuse: true });
    }
    const fixed: FixedResource[] = [];
    const broken = new Set<string>();
    for (const address of drifted) {
      const entry = entries.get(address);
      if (entry === undefined) continue;
      const outcome = await fixOne(context, head, lock, request, { address, entry, broken });
      if (outcome.status !== 'fixed') broken.add(address);
      fixed.push(outcome);
      request.onFixed(outcome);
    }
    if (fixed.length > 0) {
      const proof = { lineage, only: new Set(drifted), machine };
      await detectDrift(context, proof);
    }
    return fixed;
  } finally {
    await dropRunLock(context, head, lock);
  }
}

async function fixOne(
  context: EngineContext,
  head: Head,
  lock: RunLock,
  request: FixRequest,
  target: {
    readonly address: string;
    readonly entry: ResourceEntry;
    readonly broken: ReadonlySet<string>;
  },
): Promise<FixedResource> {
  const { address, entry, broken } = target;
  const missing = entry.dependencies.find((each) => broken.has(each));
  if (missing !== undefined) {
    return { resource: address, status: 'skipped', reason: `needs '${missing}'` };
  }
  const provider = await context.providers.find(entry.type);
  if (provider === undefined) {
    return { resource: address, status: 'failed', reason: `there is no type '${entry.type}'` };
  }
  const { lineage } = head;
  const { properties } = await openResource(context, lineage, address, entry);
  const session: ApplySession = {
    context,
    lineage,
    authority: { ...lock.authority, execution: null },
    machine: request.machine,
    // What was stored encrypted stays so; nothing new comes in here.
    isSecret: () => entry.properties.sensitive === true,
  };
  const { identity, dependencies, options, at, masked } = entry;
  const wanted = { address, provider, properties, identity, dependencies, options, at, masked };
  try {
    await applyResource(session, wanted, entry);
    return { resource: address, status: 'fixed', reason: '' };
  } catch (error) {
    if (!isSlothError(error) || error.code !== 'resource.failed') throw error;
    return { resource: address, status: 'failed', reason: describeError(error).why };
  }
}

function isFixable(entry: DriftEntry | undefined): boolean {
  return entry?.status === 'modified' || entry?.status === 'deleted';
}
