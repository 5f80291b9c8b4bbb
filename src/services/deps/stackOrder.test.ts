import { describe, expect, test } from 'vitest';
import { circleClosedBy } from './circleClosedBy.ts';
import { depthOf } from './depthOf.ts';
import { describeDependencies } from './describeDependencies.ts';
import { graphStatistics } from './graphStatistics.ts';
import { estimateOf, orderStacks } from './orderStacks.ts';
import { namesOf, within } from './StackGraph.ts';
import { type StackChoice, selectStacks } from './selectStacks.ts';
import { sketchGraph } from './testing/sketchGraph.ts';

/** `app` needs `web` and `db`, both need `net`; `cron` needs `db`; `lone` needs nothing. */
const needs = {
  app: ['web', 'db'],
  web: ['net'],
  db: ['net'],
  net: [],
  cron: ['db'],
  lone: [],
};

describe('stacks are chosen', () => {
  const graph = sketchGraph(needs, {
    web: { tags: ['front'] },
    db: { stale: true },
    net: { status: 'failed' },
  });
  const project = new Set(Object.keys(needs));

  function chosen(choice: StackChoice, of = project): string {
    const all = selectStacks(graph, of, choice);
    return all.map(({ stack, reason }) => `${stack}: ${reason}`).join('; ');
  }

  test.each<[string, StackChoice, string]>([
    ['all', { by: 'all' }, 'app: all; web: all; db: all; net: all; cron: all; lone: all'],
    ['none', { by: 'names', names: [] }, ''],
    [
      'by name, with what they need',
      { by: 'names', names: ['cron', 'lone'] },
      'cron: asked for; lone: asked for; db: needed by cron; net: needed by cron',
    ],
    ['by tag', { by: 'tag', tag: 'front' }, 'web: tag front; net: needed by web'],
    ['by a tag that none has', { by: 'tag', tag: 'back' }, ''],
    [
      'what changed, with what depends on it and what can not be built on',
      { by: 'affected', changed: new Map([['web', 'its file']]) },
      'web: its file; app: depends on web; net: needed by web, and not ready',
    ],
    [
      'what changed, which is all that is not ready',
      { by: 'affected', changed: new Map([['lone', 'its file']]) },
      'lone: its file',
    ],
    ['what is stale', { by: 'stale' }, 'db: stale; cron: depends on db; app: depends on db'],
  ])('%s', (_, choice, expected) => {
    expect(chosen(choice)).toBe(expected);
  });

  test('only of the project', () => {
    const part = new Set(['app', 'net', 'gone']);
    const names = ['app', 'gone', 'lone'];
    expect(chosen({ by: 'names', names }, part)).toBe(
      'app: asked for; gone: asked for; net: needed by app',
    );
    expect(chosen({ by: 'stale' }, part)).toBe('app: depends on db');
  });
});

describe('stacks are ordered', () => {
  const graph = sketchGraph(needs, {
    net: { durations: [10, 30, 20] },
    db: { durations: [5, 7] },
    web: { durations: [100] },
    lone: { status: 'missing' },
  });

  test('after what they need, with what that takes', () => {
    const order = orderStacks(graph, ['app'], 2);
    expect(order.order).toEqual([
      { stack: 'net', dependsOn: [], asked: false },
      { stack: 'web', dependsOn: ['net'], asked: false },
      { stack: 'db', dependsOn: ['net'], asked: false },
      { stack: 'app', dependsOn: ['db', 'web'], asked: true },
    ]);
    expect(order.groups).toEqual([['net'], ['web', 'db'], ['app']]);
    const runs = { fewest: 1, most: 3 };
    expect(order.series).toEqual({ median: 125, slowest: 137, runs });
    expect(order.parallel).toEqual({ median: 120, slowest: 130, runs });
    expect(order.critical).toEqual({ median: 120, slowest: 130, runs });
    expect(order.criticalPath).toEqual(expect.arrayContaining(['net', 'web']));
    expect(order.criticalPath).not.toContain('db');
    expect(order.slots).toBe(2);
    expect(order.unknown).toEqual(['app']);
    expect(orderStacks(graph, ['app'], 1).parallel).toEqual(order.series);
  });

  test('without a history, nothing is promised', () => {
    const order = orderStacks(sketchGraph(needs), ['cron'], 2);
    expect(order).toMatchObject({
      groups: [['net'], ['db'], ['cron']],
      series: null,
      parallel: null,
      critical: null,
      criticalPath: [],
      unknown: ['db', 'net', 'cron'],
    });
  });

  test('but for those that are missing', () => {
    expect(orderStacks(graph, ['lone', 'net'], 2).order.map(({ stack }) => stack)).toEqual(['net']);
    expect(orderStacks(graph, ['lone'], 2)).toMatchObject({ order: [], groups: [], series: null });
  });

  test.each([
    [[], null],
    [[7], { median: 7, slowest: 7, runs: { fewest: 1, most: 1 } }],
    [[9, 100], { median: 9, slowest: 100, runs: { fewest: 2, most: 2 } }],
    [[30, 100, 9], { median: 30, slowest: 100, runs: { fewest: 3, most: 3 } }],
  ])('a history of %j is %j', (durations, estimate) => {
    expect(estimateOf(durations)).toEqual(estimate);
  });
});

describe('a graph', () => {
  const graph = sketchGraph(needs);
  const names = namesOf(graph);

  test('without all but its names, sorted', () => {
    expect(names.get('app')).toEqual(['db', 'web']);
    expect([...names.keys()]).toEqual(Object.keys(needs));
  });

  test('of some of its stacks', () => {
    const part = within(graph, new Set(['app', 'db', 'gone']));
    expect(namesOf(part)).toEqual(
      new Map([
        ['app', ['db']],
        ['db', []],
      ]),
    );
  });

  test('is as deep as the longest way down', () => {
    const depths = ['app', 'web', 'net', 'lone'].map((name) => depthOf(names, name));
    expect(depths).toEqual([2, 1, 0, 0]);
    expect(depthOf(names)).toBe(2);
    expect(depthOf(new Map())).toBe(0);
  });

  test('has no bottom where there is a circle', () => {
    const round = namesOf(sketchGraph({ a: ['b'], b: ['c'], c: ['b'], d: [] }));
    expect(depthOf(round, 'a')).toBe(3);
    expect(depthOf(round, 'd')).toBe(0);
    expect(depthOf(round)).toBe(3);
  });

  test('is told in figures, of all of it and of what one stack needs', () => {
    expect(graphStatistics(graph)).toEqual({ nodes: 6, edges: 5, depth: 2, circular: 0 });
    const round = sketchGraph({ a: ['b'], b: ['a'], c: ['d'], d: [] });
    expect(graphStatistics(round)).toEqual({ nodes: 4, edges: 3, depth: 2, circular: 1 });
    const drawn = within(round, new Set(['c']));
    expect(graphStatistics(drawn, { whole: round, stack: 'c' })).toEqual({
      nodes: 1,
      edges: 0,
      depth: 1,
      circular: 0,
    });
    expect(graphStatistics(drawn, { whole: round, stack: 'a' }).circular).toBe(1);
  });

  test('tells of a stack what it needs, by way of whom, and who needs it', () => {
    expect(describeDependencies(graph, 'app')).toEqual({
      stack: 'app',
      direct: ['db', 'web'],
      indirect: [{ stack: 'net', via: 'db' }],
      dependents: [],
      count: 3,
      depth: 2,
    });
    expect(describeDependencies(graph, 'db')).toMatchObject({
      direct: ['net'],
      indirect: [],
      dependents: ['app', 'cron'],
      count: 1,
    });
    expect(describeDependencies(graph, 'unknown')).toMatchObject({ direct: [], dependents: [] });
  });

  test.each<[string, string, string[] | undefined]>([
    ['net', 'app', ['net', 'app', 'db', 'net']],
    ['db', 'app', ['db', 'app', 'db']],
    ['net', 'lone', undefined],
    ['app', 'net', undefined],
    ['app', 'app', ['app', 'app']],
    ['app', 'new', undefined],
    ['new', 'app', undefined],
  ])('where %s needed %s, too, would have the circle %j', (from, to, circle) => {
    expect(circleClosedBy(names, from, to)).toEqual(circle);
  });

  test('has the shortest of the circles that an edge would close, also beside others', () => {
    const needing = { a: ['b', 'c'], b: ['d'], c: ['e', 'a'], d: ['e', 'b'], e: ['f'], f: [] };
    const round = namesOf(sketchGraph(needing));
    expect(circleClosedBy(round, 'e', 'a')).toEqual(['e', 'a', 'c', 'e']);
    expect(circleClosedBy(round, 'f', 'a')).toEqual(['f', 'a', 'c', 'e', 'f']);
    expect(circleClosedBy(round, 'new', 'a')).toBeUndefined();
  });
});
