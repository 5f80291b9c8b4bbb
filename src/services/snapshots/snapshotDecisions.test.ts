import { describe, expect, test } from 'vitest';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import { sketchSnapshot } from '../../model/testing/sketchSnapshot.ts';
import { nextCommit } from '../../testing/commitFactory.ts';
import { contentChanges, contentKinds } from './contentChanges.ts';
import { differencesOf } from './differencesOf.ts';
import { isRealChange } from './isRealChange.ts';
import { parsePoint } from './parsePoint.ts';
import { type RetentionPolicy, selectPrunable } from './selectPrunable.ts';

const DAY = 86_400_000;

describe('a point in the life of a stack', () => {
  const snapshots = new Map([
    ['v2', sketchSnapshot({ number: 2, tags: ['stable'] })],
    ['v10', sketchSnapshot({ number: 10, tags: ['v2', 'new'] })],
    ['v3', sketchSnapshot({ number: 3, tags: ['stable', 'latest'] })],
  ]);
  const now = Date.UTC(2026, 0, 31, 12);
  const version = (name: string) => ({ by: 'snapshot', version: name });

  test.each<[string, object | undefined]>([
    ['current', { by: 'current' }],
    ['#417', { by: 'serial', serial: 417 }],
    ['#', undefined],
    ['#4x', undefined],
    ['x#4', undefined],
    ['@2h', { by: 'time', at: now - 7_200_000 }],
    ['@2026-01-30T00:00:00Z', { by: 'time', at: Date.UTC(2026, 0, 30) }],
    ['@', undefined],
    ['@yesterday', undefined],
    ['2h', undefined],
    ['latest', version('v10')],
    ['latest~0', version('v10')],
    ['latest~1', version('v3')],
    ['latest~2', version('v2')],
    ['latest~3', undefined],
    ['latest~', undefined],
    ['latest~1x', undefined],
    ['xlatest', undefined],
    ['latest~1234567890', undefined],
    ['v3', version('v3')],
    // A version stands before a tag of the same name; of several with one tag, the newest is meant.
    ['v2', version('v2')],
    ['stable', version('v3')],
    ['new', version('v10')],
    ['v4', undefined],
    ['', undefined],
  ])('%j', (text, point) => {
    expect(parsePoint(text, snapshots, now)).toEqual(point);
  });

  test('is none of no snapshots', () => {
    expect(parsePoint('latest', new Map(), now)).toBeUndefined();
  });
});

describe('what is pruned', () => {
  const nothing: RetentionPolicy = {
    keepFor: 0,
    keepLast: 0,
    keepDaily: 0,
    keepWeekly: 0,
    keepMonthly: 0,
  };
  /** Monday, the second of February 2026. */
  const monday = Date.UTC(2026, 1, 2);
  const now = monday + 10 * DAY;

  function prune(moments: readonly number[], policy: Partial<RetentionPolicy>): string[] {
    const all = moments.map((createdAt, index): [string, SnapshotEntry] => {
      return [`v${index + 1}`, sketchSnapshot({ number: index + 1, createdAt })];
    });
    // The order in which they are found says nothing.
    return selectPrunable(new Map(all.toReversed()), { ...nothing, ...policy }, now);
  }

  const hour = 3_600_000;
  /** Two on Saturday, the last of January, two on Sunday, two on Monday. */
  const moments = [-40 * hour, -30 * hour, -20 * hour, -1, 0, 5 * hour].map(
    (each) => monday + each,
  );

  test.each<[string, Partial<RetentionPolicy>, string]>([
    ['nothing is kept', {}, 'v1 v2 v3 v4 v5 v6'],
    ['the last two', { keepLast: 2 }, 'v1 v2 v3 v4'],
    ['the last ten', { keepLast: 10 }, ''],
    ['one day', { keepDaily: 1 }, 'v1 v2 v3 v4 v5'],
    ['two days', { keepDaily: 2 }, 'v1 v2 v3 v5'],
    ['ten days', { keepDaily: 10 }, 'v1 v3 v5'],
    ['one week', { keepWeekly: 1 }, 'v1 v2 v3 v4 v5'],
    ['two weeks, which begin on Mondays', { keepWeekly: 2 }, 'v1 v2 v3 v5'],
    ['ten weeks', { keepWeekly: 10 }, 'v1 v2 v3 v5'],
    ['two months', { keepMonthly: 2 }, 'v1 v3 v4 v5'],
    ['each rule keeps by itself', { keepLast: 2, keepMonthly: 2 }, 'v1 v3 v4'],
  ])('%s', (_, policy, pruned) => {
    expect(prune(moments, policy).join(' ')).toBe(pruned);
  });

  test('is nothing that is younger than all are kept', () => {
    expect(prune([now - 101, now - 100, now - 99], { keepFor: 100 })).toEqual(['v1']);
  });

  test.each<[string, Partial<SnapshotEntry>, boolean]>([
    ['made by itself', {}, true],
    ['made by itself, for a reason', { tags: ['auto', 'drift', 'destroy', 'restore'] }, true],
    ['tagged by somebody', { tags: ['auto', 'mine'] }, false],
    ['not tagged as made by itself', { tags: ['drift'] }, false],
    ['without tags', { tags: [] }, false],
    ['protected', { protected: true }, false],
    ['made by somebody', { creator: 'ann' }, false],
  ])('or not, whatever the rules say: %s', (_, facts, isPruned) => {
    const all = new Map([['v1', sketchSnapshot(facts)]]);
    expect(selectPrunable(all, nothing, now)).toEqual(isPruned ? ['v1'] : []);
  });
});

describe('a change that somebody may want to go back behind', () => {
  const used = (lineage: string, serial: number, ...names: string[]) => ({
    declarations: [],
    used: {
      lineage,
      outputs: Object.fromEntries(names.map((name) => [name, { serial, execution: `e${serial}` }])),
    },
  });
  const unused = { declarations: [] };

  test.each([
    ['a value', 'value', { value: 1 }, { value: 2 }, true],
    ['a dependency that is new', 'dependency', null, used('l', 1, 'a'), true],
    ['a dependency that is gone', 'dependency', used('l', 1, 'a'), null, true],
    [
      'when an output was read',
      'dependency',
      used('l', 1, 'a', 'b'),
      used('l', 2, 'b', 'a'),
      false,
    ],
    ['another output is read', 'dependency', used('l', 1, 'a'), used('l', 1, 'b'), true],
    ['of another stack', 'dependency', used('l', 1, 'a'), used('m', 1, 'a'), true],
    ['nothing is read any more', 'dependency', used('l', 1, 'a'), unused, true],
    ['nothing at all', 'dependency', unused, unused, false],
    [
      'another declaration',
      'dependency',
      used('l', 1, 'a'),
      { ...used('l', 1, 'a'), declarations: [{ source: 'hand' }] },
      true,
    ],
  ] as const)('%s', (_, kind, before, after, isReal) => {
    expect(isRealChange({ kind, name: 'x', before, after } as never)).toBe(isReal);
  });
});

describe('one content becomes another', () => {
  test('by what differs, kind by kind, and what happened is left alone', () => {
    const from = sketchSituation(
      {},
      {
        value: { same: { value: { a: 1, b: 2 } }, gone: {}, other: { value: 1 } },
        look: { x: {} },
      },
    ).content;
    const to = sketchSituation(
      {},
      {
        value: { same: { value: { b: 2, a: 1 } }, other: { value: 2 }, fresh: { value: 3 } },
        output: { o: { value: 4 } },
        look: { y: {} },
      },
    ).content;
    expect(contentChanges(from, to)).toEqual([
      putEntry('value', 'other', { value: 2 }),
      putEntry('value', 'fresh', { value: 3 }),
      deleteEntry('value', 'gone'),
      putEntry('output', 'o', { value: 4 }),
    ]);
    expect(contentChanges(from, from)).toEqual([]);
    expect(contentKinds).toEqual(['value', 'output', 'resource', 'task', 'dependency', 'workflow']);
  });

  test('commit by commit, each with what was there before', () => {
    const { content } = sketchSituation({}, { value: { a: { value: 1 }, b: { value: 2 } } });
    const commit = nextCommit('l', undefined, {
      changes: [
        putEntry('value', 'a', { value: 9 }),
        putEntry('value', 'c', { value: 3 }),
        deleteEntry('value', 'b'),
        deleteEntry('value', 'never'),
        putEntry('look', 'x', { at: 1 }),
        { type: 'stack.put', status: 'failed' },
      ],
    });
    const kind = 'value';
    expect(differencesOf(commit, content)).toEqual([
      { kind, name: 'a', before: { value: 1 }, after: { value: 9 } },
      { kind, name: 'c', before: null, after: { value: 3 } },
      { kind, name: 'b', before: { value: 2 }, after: null },
    ]);
    expect([...content.value.keys()]).toEqual(['a', 'c']);
    expect(content.look.size).toBe(0);
  });
});
