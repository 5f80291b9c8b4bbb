import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import { sketchOptions, sketchResource } from '../../model/testing/sketchResource.ts';
import {
  assertDeletions,
  type DeletionPolicy,
  decideDeletions,
  dependentsFirst,
} from './decideDeletions.ts';

type Entries = Readonly<Record<string, Partial<ResourceEntry>>>;

function decide(entries: Entries, declared: readonly string[] = []) {
  const all = Object.entries(entries).map(
    ([name, facts]) => [name, sketchResource(facts)] as const,
  );
  return decideDeletions(new Map(all), new Set(declared));
}

const protect = { options: sketchOptions({ protect: true }) };
const stays = { options: sketchOptions({ prune: false }) };

describe('what is no longer declared', () => {
  test.each<[string, Partial<ResourceEntry>, 'deleted' | 'released' | 'neither']>([
    ['made by the stack', { origin: 'made' }, 'deleted'],
    ['imported', { origin: 'imported' }, 'deleted'],
    ['found', { origin: 'found' }, 'released'],
    ['made, and made by somebody else since', { origin: 'made', absent: true }, 'released'],
    ['not to be pruned', stays, 'neither'],
    ['found, not to be pruned', { origin: 'found', ...stays }, 'neither'],
    ['found, and protected', { origin: 'found', ...protect }, 'released'],
    [
      'protected, and not to be pruned',
      { options: sketchOptions({ protect: true, prune: false }) },
      'neither',
    ],
  ])('%s', (_, facts, where) => {
    expect(decide({ 'file.a': facts, 'file.b': {} }, ['file.b'])).toEqual({
      deleted: where === 'deleted' ? ['file.a'] : [],
      released: where === 'released' ? ['file.a'] : [],
    });
    expect(decide({ 'file.a': facts }, ['file.a'])).toEqual({ deleted: [], released: [] });
  });

  test('is refused where it is protected', () => {
    for (const origin of ['made', 'imported'] as const) {
      expect(refusalOf(() => decide({ 'file.b': {}, 'file.a': { origin, ...protect } }))).toEqual({
        code: 'plan.protected',
        details: { address: 'file.a', action: 'deleted' },
      });
    }
  });

  test('goes before what it depends on', () => {
    const entries = {
      a: { dependencies: ['b', 'c'] },
      b: { dependencies: ['c'], origin: 'found' as const },
      c: { dependencies: ['stays'] },
      d: { dependencies: ['b'], origin: 'found' as const },
      stays: {},
    };
    expect(decide(entries, ['stays'])).toEqual({ deleted: ['a', 'c'], released: ['d', 'b'] });
  });
});

test.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
  ['nothing', {}, []],
  ['a chain', { c: ['b'], b: ['a'], a: [] }, ['c', 'b', 'a']],
  ['two that need one', { x: ['z'], y: ['z'], z: [] }, ['y', 'x', 'z']],
  ['what needs something that is not there', { x: ['gone'] }, ['x']],
  ['a circle, each of it once', { x: ['y'], y: ['x'] }, ['x', 'y']],
])('dependents come first: %s', (_, needs, order) => {
  const entries = Object.entries(needs).map(
    ([name, dependencies]) => [name, { dependencies }] as const,
  );
  expect(dependentsFirst(new Map(entries))).toEqual(order);
});

describe('so many may go at once', () => {
  /** count, total, declared; then the limit, and the most that may go where it is refused. */
  test.each<[number, number, number, DeletionPolicy['limit'], number | 'let']>([
    [0, 0, 0, 5, 'let'],
    [0, 9, 0, 0, 'let'],
    [5, 10, 3, 5, 'let'],
    [6, 10, 3, 5, 5],
    [1, 10, 3, 0, 0],
    [2, 10, 3, '20%', 'let'],
    [3, 10, 3, '20%', 2],
    [2, 14, 3, '20%', 'let'],
    [3, 14, 3, '20%', 2],
    [1, 3, 1, '20%', 'let'],
    [2, 3, 1, '20%', 1],
    [1, 3, 1, '0%', 'let'],
    // All there is, while nothing is declared: rather a mistake than a wish.
    [2, 2, 0, 5, 0],
    [3, 2, 0, 5, 0],
    [1, 1, 0, '100%', 0],
    [2, 3, 0, 5, 'let'],
    [2, 2, 1, 5, 'let'],
    [2, 2, 1, '100%', 'let'],
  ])('%i of %i with %i declared, at a limit of %s: %s', (count, total, declared, limit, most) => {
    const assert = (unlimited: boolean) => () =>
      assertDeletions('s', { count, total, declared }, { limit, unlimited });
    expect(refusalOf(assert(false))).toEqual(
      most === 'let'
        ? undefined
        : { code: 'plan.too_many_deletions', details: { stack: 's', count, total, most } },
    );
    expect(refusalOf(assert(true))).toBeUndefined();
  });
});
