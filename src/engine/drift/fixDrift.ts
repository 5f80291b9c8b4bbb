import { describeError, isSlothError } from '../../errors/SlothError.ts';
import type { DriftEntry, DriftStatus, ResourceEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { dependentsFirst } from '../../services/resources/decideDeletions.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { ApplySession } from '../objects/ApplySession.ts';
import { applyResource } from '../objects/applyResource.ts';
import { underRunLock } from '../objects/underRunLock.ts';
import { wantedOf } from '../objects/wantedOf.ts';
import { snapshotFirst } from '../snapshots/snapshotFirst.ts';
import { type DriftReport, detectDrift } from './detectDrift.ts';

/** How fixing one resource ended. */
export interface FixedResource {
  readonly resource: string;
  readonly status: 'fixed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
}

/** A resource that is not in sync after all fixing, read again. */
export interface LeftDrift {
  readonly resource: string;
  readonly status: Exclude<DriftStatus, 'in_sync'>;
  readonly reason: string;
}

/** What fixing came to. */
export interface FixOutcome {
  readonly fixed: readonly FixedResource[];
  /** What is not in sync now, of all the stack's resources; empty only where every one was read, and is. */
  readonly left: readonly LeftDrift[];
}

/** What to fix. */
export interface FixRequest {
  /** Only these; all that have drifted where it is `null`. */
  readonly only: ReadonlySet<string> | null;
  readonly machine: ProviderMachine;
  readonly snapshot: boolean;
  readonly onFixed: (resource: FixedResource) => void;
}

/**
 * Brings drifted objects back to what was applied: takes the lock, snapshots, applies each after
 * what it depends on, and reads all of them again to prove it.
 */
export async function fixDrift(
  context: EngineContext,
  head: Head,
  request: FixRequest,
): Promise<FixOutcome> {
  const { lineage } = head;
  const { only, machine } = request;
  const wish = { operation: 'drift fix', reason: 'bringing drifted objects back', machine };
  return underRunLock(context, head, wish, async (session) => {
    const report = await detectDrift(context, { lineage, only, machine });
    const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
    const entries = view?.content.resource ?? new Map<string, ResourceEntry>();
    const order = dependentsFirst(entries).toReversed();
    const drifted = order.filter((address) => isFixable(report.get(address)));
    if (drifted.length > 0 && request.snapshot) {
      await snapshotFirst(session, { description: 'Before drift fix', tag: 'drift' });
    }
    const fixed: FixedResource[] = [];
    const broken = new Set<string>();
    for (const address of drifted) {
      const entry = entries.get(address);
      if (entry === undefined) continue;
      const outcome = await fixOne(session, { address, entry, broken });
      if (outcome.status !== 'fixed') broken.add(address);
      fixed.push(outcome);
      request.onFixed(outcome);
    }
    const after = await detectDrift(context, { lineage, only: null, machine });
    return { fixed, left: leftOf(after) };
  });
}

async function fixOne(
  locked: ApplySession,
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
  // What was stored encrypted stays so; nothing new comes in here.
  const session = { ...locked, isSecret: () => entry.properties.sensitive === true };
  const wanted = await wantedOf(session, address, entry);
  if (wanted === undefined) {
    return { resource: address, status: 'failed', reason: `there is no type '${entry.type}'` };
  }
  try {
    await applyResource(session, wanted, entry);
    return { resource: address, status: 'fixed', reason: '' };
  } catch (error) {
    if (!isSlothError(error) || !LOCAL.has(error.code)) throw error;
    const { what, why } = describeError(error);
    const reason = session.redact(why === '' ? what : why);
    return { resource: address, status: 'failed', reason };
  }
}

/** Failures of one object, that say nothing about the others. */
const LOCAL: ReadonlySet<string> = new Set([
  'resource.failed',
  'resource.owned',
  'plan.protected',
  'plan.found',
]);

function isFixable(entry: DriftEntry | undefined): boolean {
  return entry?.status === 'modified' || entry?.status === 'deleted' || entry?.status === 'failed';
}

function leftOf(report: DriftReport): LeftDrift[] {
  return [...report].flatMap(([resource, { status, reason, findings }]): LeftDrift[] => {
    if (status === 'in_sync') return [];
    const names = findings.map((each) => each.attribute).join(', ');
    return [{ resource, status, reason: reason || names }];
  });
}
