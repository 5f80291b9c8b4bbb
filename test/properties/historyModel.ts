import fc from 'fast-check';

/** Something that happens to a stack; indexes choose among what exists, wrapping. */
export type HistoryStep =
  | { readonly type: 'value'; readonly name: string; readonly to: number | null }
  | { readonly type: 'resource'; readonly name: string; readonly to: number | null }
  | { readonly type: 'snapshot'; readonly automatic: boolean; readonly tag: boolean }
  | { readonly type: 'restore'; readonly index: number; readonly only: 'values' | null }
  | { readonly type: 'delete'; readonly index: number }
  | { readonly type: 'prune' }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'compact'; readonly index: number };

/** What a stack holds: `value.a` or `resource.r1` to a number. */
export type Page = ReadonlyMap<string, number>;

/** A snapshot, as the model keeps it. */
export interface ModelSnapshot {
  readonly version: string;
  readonly page: Page;
  readonly prunable: boolean;
}

/** How many of the newest snapshots a pruning keeps. */
export const KEPT = 2;

const change = fc.option(fc.integer({ min: 0, max: 3 }));
const values = fc.constantFrom('a', 'b', 'c', 'd');
const resources = fc.integer({ min: 0, max: 9 }).map((n) => `r${n}`);

/** Random histories. */
export const historySteps: fc.Arbitrary<HistoryStep[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('value' as const), name: values, to: change }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('resource' as const), name: resources, to: change }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('snapshot' as const),
        automatic: fc.boolean(),
        tag: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('restore' as const),
        index: fc.nat({ max: 9 }),
        only: fc.constantFrom('values' as const, null),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('delete' as const), index: fc.nat({ max: 9 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'prune' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'checkpoint' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('compact' as const), index: fc.nat({ max: 30 }) }),
    },
  ),
  // As often long as short: it takes some steps before there is a past to get wrong.
  { maxLength: 24 },
);

/** The names that two pages do not share, by what became of them; the naive way. */
export function naiveDifference(from: Page, to: Page): Record<string, string> {
  const names = new Set([...from.keys(), ...to.keys()]);
  const found: Record<string, string> = {};
  for (const name of [...names].sort()) {
    if (!from.has(name)) found[name] = 'added';
    else if (!to.has(name)) found[name] = 'removed';
    else if (from.get(name) !== to.get(name)) found[name] = 'modified';
  }
  return found;
}
