import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import { canonicalJson } from '../../model/json.ts';
import type { PlannedResource } from './planResources.ts';

/** A plan that somebody has seen: what it was made from, and what it said. */
export interface AgreedPlan {
  readonly stack: string;
  /** Empty for a stack that wasn't there yet. */
  readonly lineage: string;
  readonly serial: number;
  /** The newest commit's: after a backup was put back, a serial is another commit's. */
  readonly hash: string;
  readonly resources: readonly PlannedResource[];
}

/**
 * Refuses with `plan.stale` where the stack is not as it was when the plan was made; one that isn't there
 * has the lineage and hash '', and serial 0.
 */
export function refuseMoved(
  agreed: AgreedPlan,
  head: Pick<Head, 'name' | 'lineage' | 'serial' | 'hash'>,
): void {
  if (agreed.lineage === head.lineage && agreed.hash === head.hash) return;
  const before = agreed.serial === 0 ? 'before there was the stack' : `at serial ${agreed.serial}`;
  const now = head.serial === 0 ? 'is not there' : `is at ${head.serial}`;
  const reason = `it was made ${before}, and the stack ${now}`;
  throw new SlothError('plan.stale', { stack: head.name, reason });
}

/** Somebody committed between the look at the stack and the lock. */
export function movedMeanwhile(head: Head): SlothError {
  const reason = `somebody changed the stack just now, after serial ${head.serial}`;
  return new SlothError('plan.stale', { stack: head.name, reason });
}

/** Refuses with `plan.stale` where the real objects would need something else than was agreed. */
export function refuseOtherPlan(agreed: AgreedPlan, planned: readonly PlannedResource[]): void {
  const before = new Map(agreed.resources.map((each) => [each.resource, canonicalJson(each)]));
  const other = planned.filter((each) => before.get(each.resource) !== canonicalJson(each));
  const names = new Set(planned.map((each) => each.resource));
  const gone = [...before.keys()].filter((name) => !names.has(name));
  const all = [...other.map((each) => each.resource), ...gone];
  if (all.length === 0) return;
  const reason = `these need something else by now: ${all.join(', ')}`;
  throw new SlothError('plan.stale', { stack: agreed.stack, reason });
}
