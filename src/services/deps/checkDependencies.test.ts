import { describe, expect, test } from 'vitest';
import { checkDependencies, faultsOf, isMet, isRange } from './checkDependencies.ts';
import { isFault } from './isFault.ts';
import { isReady } from './isReady.ts';
import type { StackEdge, StackNode } from './StackGraph.ts';
import { sketchEdge, sketchGraph, sketchNode } from './testing/sketchGraph.ts';

function ranges(...all: string[]): Pick<StackEdge, 'declarations'> {
  return {
    declarations: all.map((range) => ({ source: 'hand', by: 'ann', range, at: null })),
  };
}

describe('what one stack lacks of another', () => {
  test.each<[string, Partial<StackNode>, Partial<StackEdge>, object[]]>([
    ['nothing', {}, {}, []],
    ['itself', { status: 'missing' }, {}, [{ kind: 'missing' }]],
    [
      'itself, and nothing else is said',
      { status: 'missing' },
      ranges('^2'),
      [{ kind: 'missing' }],
    ],
    ['a run that ended well', { status: 'failed' }, {}, [{ kind: 'failed', status: 'failed' }]],
    [
      'a run that came to its end',
      { status: 'interrupted', hasRun: false },
      {},
      [{ kind: 'failed', status: 'interrupted' }],
    ],
    ['a first run', { status: 'planned', hasRun: false }, {}, [{ kind: 'not_run', planned: true }]],
    [
      'a first run, of a stack that the project does not know',
      { status: 'created', hasRun: false, inProject: false },
      {},
      [{ kind: 'not_run', planned: false }],
    ],
    ['nothing, while it runs again', { status: 'running' }, {}, []],
    ['nothing, in a version that will do', {}, ranges('^1', '', '1.x'), []],
    [
      'a version, told once for each range',
      {},
      ranges('^2', '^1', '^3', '^2'),
      [
        { kind: 'version', range: '^2', version: '1.0.0' },
        { kind: 'version', range: '^3', version: '1.0.0' },
      ],
    ],
    ['any version', { version: '' }, ranges('^1'), [{ kind: 'version', range: '^1', version: '' }]],
    [
      'a run, whose version nobody knows yet',
      { version: '', hasRun: false },
      ranges('^1'),
      [{ kind: 'not_run' }],
    ],
    [
      'a run, in the version that its workflow says',
      { hasRun: false },
      ranges('^2'),
      [{ kind: 'not_run' }, { kind: 'version' }],
    ],
    [
      'nothing, where all outputs are there',
      { outputs: ['a'], outputsKnown: true },
      { outputs: ['a'] },
      [],
    ],
    [
      'outputs',
      { outputs: ['a'], outputsKnown: true },
      { outputs: ['b', 'a', 'c'] },
      [
        { kind: 'output', output: 'b' },
        { kind: 'output', output: 'c' },
      ],
    ],
    ['nothing that is known', { outputsKnown: false }, { outputs: ['b'] }, []],
  ])('%s', (_, node, facts, findings) => {
    const edge = sketchEdge('app', 'db', facts);
    const graph = sketchGraph({ app: ['db'], db: [] }, { db: node }, [edge]);
    const found = faultsOf(graph, edge);
    expect(found).toMatchObject(findings.map((each) => ({ ...each, edge })));
    expect(found).toHaveLength(findings.length);
  });

  test('is itself, where nobody knows it', () => {
    const edge = sketchEdge('app', 'gone');
    expect(faultsOf(sketchGraph({ app: [] }), edge)).toEqual([{ kind: 'missing', edge }]);
  });
});

describe('stacks are looked at', () => {
  const graph = sketchGraph(
    { app: ['web'], web: ['db'], db: [], other: ['db'] },
    { db: { status: 'failed' }, other: { problem: 'no such file' } },
  );

  test('all of them', () => {
    expect(checkDependencies(graph, null)).toMatchObject([
      { kind: 'failed', edge: { from: 'web', to: 'db' } },
      { kind: 'unreadable', stack: 'other', reason: 'no such file' },
      { kind: 'failed', edge: { from: 'other', to: 'db' } },
    ]);
  });

  test('one, with all that it needs', () => {
    expect(checkDependencies(graph, 'app')).toMatchObject([
      { kind: 'failed', edge: { from: 'web' } },
    ]);
    expect(checkDependencies(graph, 'db')).toEqual([]);
    expect(checkDependencies(graph, 'other')).toHaveLength(2);
  });
});

describe('a circle', () => {
  const graph = sketchGraph({ a: ['b'], b: ['c'], c: ['a', 'd'], d: [], e: ['b'] });

  test.each([
    [null, ['a', 'b', 'c', 'a']],
    ['a', ['a', 'b', 'c', 'a']],
    ['b', ['b', 'c', 'a', 'b']],
    ['c', ['c', 'a', 'b', 'c']],
    ['e', ['a', 'b', 'c', 'a']],
  ])('asked about %s, is told as %j', (stack, path) => {
    const [finding, ...more] = checkDependencies(graph, stack);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind: 'cycle', path });
    const edges = finding?.kind === 'cycle' ? finding.edges : [];
    expect(edges.map(({ from, to }) => [from, to])).toEqual(
      path.slice(1).map((to, index) => [path[index], to]),
    );
  });

  test('is no business of who is below it', () => {
    expect(checkDependencies(graph, 'd')).toEqual([]);
  });
});

test.each([
  ['1.2.3', '', true],
  ['', '', true],
  ['', '*', false],
  ['1.4', '^1.4.0', true],
  ['1.4', '^1.5', false],
  ['v2', '2.x', true],
  ['2.0.0-rc.1', '>=2.0.0-rc.0', true],
  ['2.1.0-rc.1', '^2.0.0', true],
  ['one', '^1', false],
])('the version %j meets %j: %s', (version, range, met) => {
  expect(isMet(version, range)).toBe(met);
});

test.each([
  ['', true],
  ['^1', true],
  ['>=1 <3', true],
  ['newest', false],
])('%j is a range: %s', (range, is) => {
  expect(isRange(range)).toBe(is);
});

test.each([
  ['completed', true, true],
  ['running', true, true],
  ['failed', true, false],
  ['interrupted', true, false],
  ['created', false, false],
] as const)('others can build on a stack that is %s, run: %s: %s', (status, hasRun, ready) => {
  expect(isReady(sketchNode('x', { status, hasRun }))).toBe(ready);
});

test('what is only still to be done is no fault', () => {
  const edge = sketchEdge('a', 'b');
  expect(isFault({ kind: 'not_run', edge, planned: true })).toBe(false);
  expect(isFault({ kind: 'not_run', edge, planned: false })).toBe(true);
  expect(isFault({ kind: 'missing', edge })).toBe(true);
});
