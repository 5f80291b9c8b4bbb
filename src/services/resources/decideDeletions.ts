import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';

/** Share of a stack's resources that one run may delete. */
const MOST = 0.2;

/**
 * The resources of a stack that are no longer declared, dependents before what they depend on; pure.
 *
 * Refuses with `plan.protected` where one of them is protected, and with `plan.too_many_deletions`
 * where they are more than a fifth of all (one may always go), or all of them: a workflow that
 * suddenly declares nothing is rather a mistake than a wish.
 */
export function decideDeletions(
  stack: string,
  entries: ReadonlyMap<string, ResourceEntry>,
  declared: ReadonlySet<string>,
  allowed: boolean,
): string[] {
  const gone = [...entries].filter(
    ([address, { options }]) => !declared.has(address) && options.prune,
  );
  for (const [address, { options }] of gone) {
    if (options.protect) throw new SlothError('plan.protected', { address, action: 'deleted' });
  }
  const most = Math.max(1, Math.floor(entries.size * MOST));
  const everything = gone.length === entries.size && declared.size === 0 && gone.length > 0;
  if (!allowed && (gone.length > most || everything)) {
    throw new SlothError('plan.too_many_deletions', {
      stack,
      count: gone.length,
      total: entries.size,
      most: everything ? 0 : most,
    });
  }
  return dependentsFirst(new Map(gone));
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
