import fc from 'fast-check';
import { canonicalJson, type JsonValue } from '../../src/model/json.ts';

/** Something that happens to a stack; indexes choose among the snapshots that exist, wrapping. */
export type StackStep =
  | {
      readonly type: 'set';
      readonly kind: 'value' | 'output';
      readonly key: string;
      readonly value: JsonValue;
    }
  | { readonly type: 'delete'; readonly kind: 'value' | 'output'; readonly key: string }
  | { readonly type: 'increment'; readonly key: string; readonly by: number }
  | {
      readonly type: 'swap';
      readonly key: string;
      readonly expected: JsonValue | undefined;
      readonly next: JsonValue;
    }
  | { readonly type: 'snapshot' }
  | { readonly type: 'restore'; readonly index: number };

/** The content of a stack, as simply as it can be said. */
interface Pages {
  readonly value: Map<string, JsonValue>;
  readonly output: Map<string, JsonValue>;
}

/**
 * A stack without a log: two maps that are changed in place, and a full copy for each snapshot. Too
 * simple to be wrong, which is all that is asked of it.
 */
export interface StackModel {
  readonly pages: Pages;
  /** Does a step; gives what its caller would be told, `'refused'` for a step that can't be done. */
  apply(step: StackStep): JsonValue | 'refused' | undefined;
  readonly snapshots: readonly Pages[];
}

/** Few keys and values, so that steps meet each other. */
const key = fc.constantFrom('a', 'b', 'c');
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<JsonValue>('x', '', true, null, [1, { z: 1, a: [] }], { b: 1, a: 2 }),
);
const kind = fc.constantFrom('value' as const, 'output' as const);

/** Random histories. */
export const stackSteps: fc.Arbitrary<StackStep[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('set' as const), kind, key, value }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), kind, key }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('increment' as const),
        key,
        by: fc.integer({ min: -5, max: 5 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('swap' as const),
        key,
        expected: fc.oneof(value, fc.constant(undefined)),
        next: value,
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('snapshot' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('restore' as const), index: fc.nat({ max: 9 }) }),
    },
  ),
  { maxLength: 40 },
);

/** Makes an empty model. */
export function createStackModel(): StackModel {
  const pages: Pages = { value: new Map(), output: new Map() };
  const snapshots: Pages[] = [];
  return {
    pages,
    snapshots,
    apply(step) {
      switch (step.type) {
        case 'set':
          pages[step.kind].set(step.key, step.value);
          return undefined;
        case 'delete':
          return pages[step.kind].delete(step.key);
        case 'increment': {
          const now = pages.value.has(step.key) ? pages.value.get(step.key) : 0;
          if (typeof now !== 'number') return 'refused';
          const sum = now + step.by;
          pages.value.set(step.key, sum);
          return sum;
        }
        case 'swap': {
          const now = pages.value.get(step.key);
          const same =
            now === undefined || step.expected === undefined
              ? now === step.expected
              : canonicalJson(now) === canonicalJson(step.expected);
          if (same) pages.value.set(step.key, step.next);
          return same;
        }
        case 'snapshot':
          snapshots.push({ value: new Map(pages.value), output: new Map(pages.output) });
          return `v${snapshots.length}`;
        case 'restore': {
          const older = snapshots[step.index % Math.max(1, snapshots.length)];
          if (older === undefined) return 'refused';
          for (const each of ['value', 'output'] as const) {
            pages[each].clear();
            for (const [name, body] of older[each]) pages[each].set(name, body);
          }
          return undefined;
        }
      }
    },
  };
}
