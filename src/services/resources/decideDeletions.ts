import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import { isOwn } from '../../model/origin.ts';

/** How many resources one run may delete: a number, or a share of all as `20%`. */
export type DeletionLimit = number | `${number}%`;

/** What stands in front of deletions. */
export interface DeletionPolicy {
  readonly limit: DeletionLimit;
  /** Whether somebody said that more may go. */
  readonly unlimited: boolean;
}

/** What becomes of resources that are no longer declared, dependents before what they depend on. */
export interface UndeclaredResources {
  /** Their objects are deleted. */
  readonly deleted: readonly string[];
  /** Their objects were there before the stack: it only stops looking after them. */
  readonly released: readonly string[];
}

/**
 * What becomes of the resources of a stack that are no longer declared; pure. Refuses with
 * `plan.protected` where one that would be deleted is protected.
 */
export function decideDeletions(
  entries: ReadonlyMap<string, ResourceEntry>,
  declared: ReadonlySet<string>,
): UndeclaredResources {
  const gone = new Map(
    [...entries].filter(([address, { options }]) => !declared.has(address) && options.prune),
  );
  const order = dependentsFirst(gone);
  const own = (address: string): boolean => isOwn(gone.get(address) ?? {});
  const deleted = order.filter(own);
  for (const address of deleted) {
    if (gone.get(address)?.options.protect !== true) continue;
    throw new SlothError('plan.protected', { address, action: 'deleted' });
  }
  return { deleted, released: order.filter((address) => !own(address)) };
}

/**
 * Refuses with `plan.too_many_deletions` where more would be deleted than one run may, or all there is: a
 * workflow that suddenly declares nothing is rather a mistake than a wish. `count` holds what is made anew
 * with the loss of what was in it, too.
 */
export function assertDeletions(
  stack: string,
  { count, total, declared }: { count: number; total: number; declared: number },
  { limit, unlimited }: DeletionPolicy,
): void {
  if (unlimited || count === 0) return;
  const most = mostOf(limit, total);
  const everything = count >= total && declared === 0;
  if (count <= most && !everything) return;
  throw new SlothError('plan.too_many_deletions', {
    stack,
    count,
    total,
    most: everything ? 0 : most,
  });
}

/** The limit as a number of resources; of a share, one may always go. */
function mostOf(limit: DeletionLimit, total: number): number {
  if (typeof limit === 'number') return limit;
  return Math.max(1, Math.floor((total * Number.parseFloat(limit)) / 100));
}

/** An order in which everything goes before what it depends on. */
export function dependentsFirst(
  entries: ReadonlyMap<string, Pick<ResourceEntry, 'dependencies'>>,
): string[] {
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
