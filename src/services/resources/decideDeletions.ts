import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';

/** How many resources one run may delete: a number, or a share of all as `20%`. */
export type DeletionLimit = number | `${number}%`;

/** What stands in front of deletions. */
export interface DeletionPolicy {
  readonly limit: DeletionLimit;
  /** Whether somebody said that more may go. */
  readonly unlimited: boolean;
}

/**
 * The resources of a stack that are no longer declared, dependents before what they depend on; pure.
 *
 * Refuses with `plan.protected` where one of them is protected, and with `plan.too_many_deletions`
 * where they are more than the limit, or all of them: a workflow that suddenly declares nothing is
 * rather a mistake than a wish.
 */
export function decideDeletions(
  stack: string,
  entries: ReadonlyMap<string, ResourceEntry>,
  declared: ReadonlySet<string>,
  { limit, unlimited }: DeletionPolicy,
): string[] {
  const gone = [...entries].filter(
    ([address, { options }]) => !declared.has(address) && options.prune,
  );
  for (const [address, { options }] of gone) {
    if (options.protect) throw new SlothError('plan.protected', { address, action: 'deleted' });
  }
  const most = mostOf(limit, entries.size);
  const everything = gone.length === entries.size && declared.size === 0 && gone.length > 0;
  if (!unlimited && (gone.length > most || everything)) {
    throw new SlothError('plan.too_many_deletions', {
      stack,
      count: gone.length,
      total: entries.size,
      most: everything ? 0 : most,
    });
  }
  return dependentsFirst(new Map(gone));
}

/** The limit as a number of resources; of a share, one may always go. */
function mostOf(limit: DeletionLimit, total: number): number {
  if (typeof limit === 'number') return limit;
  return Math.max(1, Math.floor((total * Number.parseFloat(limit)) / 100));
}

/** An order in which everything goes before what it depends on. */
export function dependentsFirst(entries: ReadonlyMap<string, ResourceEntry>): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (address: string): void => {
    const entry = entries.get(address);
    if (entry === undefined || seen.has(address)) return;
    seen.add(address);
    for (const dependency of entry.dependencies) visit(dependency);
    order.push(address);
  };
  for (const address of entries.keys()) visit(address);
  return order.toReversed();
}
