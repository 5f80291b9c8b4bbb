import { describe, expect, test } from 'vitest';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { sketchOptions, sketchResource } from '../../model/testing/sketchResource.ts';
import {
  comparisonOf,
  diffContents,
  type EntryChange,
  type FieldChange,
} from './compareContents.ts';
import type { EntryDifference } from './pack/diffPacks.ts';

const LISTS = {
  value: 'values',
  output: 'outputs',
  resource: 'resources',
  task: 'tasks',
  dependency: 'dependencies',
  workflow: 'workflow',
} as const;

function compare(...all: { kind: string; name?: string; before: unknown; after: unknown }[]) {
  return comparisonOf(all.map((each) => ({ name: 'x', ...each })) as EntryDifference[]);
}

/** The fields of one entry that was modified; `undefined` where none was. */
function fieldsOf(
  kind: keyof typeof LISTS,
  before: unknown,
  after: unknown,
): readonly FieldChange[] | undefined {
  const list = compare({ kind, before, after })[LISTS[kind]];
  expect(list.length).toBeLessThanOrEqual(1);
  return list[0]?.fields;
}

describe.each(Object.entries(LISTS))('an entry of the kind %s', (kind, list) => {
  test('is in its own list, sorted by name', () => {
    const named = ['c', 'a', 'b'].map((name) => ({ kind, name, before: null, after: {} }));
    const comparison = compare(...named);
    for (const [name, entries] of Object.entries(comparison)) {
      const names = kind === 'workflow' ? ['workflow', 'workflow', 'workflow'] : ['a', 'b', 'c'];
      expect(entries.map((each: EntryChange) => each.name)).toEqual(name === list ? names : []);
    }
  });
});

const comeAndGo = Object.entries(LISTS).filter(([kind]) => kind !== 'workflow');

test.each(comeAndGo)('an entry of the kind %s comes or goes', (kind, list) => {
  expect(compare({ kind, before: null, after: {} })[list]).toEqual([
    { name: 'x', change: 'added', fields: [] },
  ]);
  expect(compare({ kind, before: {}, after: null })[list]).toEqual([
    { name: 'x', change: 'removed', fields: [] },
  ]);
});

test('of what is no content nothing is told', () => {
  const comparison = compare({ kind: 'execution', before: null, after: {} });
  expect(Object.values(comparison).flat()).toEqual([]);
});

describe('a value', () => {
  test.each<[string, unknown, unknown, object[] | undefined]>([
    ['plain', { value: 1 }, { value: 2 }, [{ path: 'value', from: 1, to: 2 }]],
    ['null', { value: null }, { value: 0 }, [{ path: 'value', from: null, to: 0 }]],
    [
      'a list, as one',
      { value: [1] },
      { value: [1, 2] },
      [{ path: 'value', from: [1], to: [1, 2] }],
    ],
    [
      'a table, by path and sorted',
      { value: { b: { c: 1, same: 3 }, a: 1 } },
      { value: { b: { c: 2, same: 3, d: [] } } },
      [
        { path: 'a', from: 1, to: null },
        { path: 'b.c', from: 1, to: 2 },
        { path: 'b.d', from: null, to: [] },
      ],
    ],
    ['the same', { value: { a: 1, b: 2 } }, { value: { b: 2, a: 1 } }, undefined],
    [
      'secret',
      { sealed: 'x', sensitive: true },
      { sealed: 'y', sensitive: true },
      [{ path: 'value', from: null, to: null, sensitive: true }],
    ],
    [
      'secret since',
      { value: 'clear' },
      { sealed: 'y', sensitive: true },
      [{ path: 'value', from: null, to: null, sensitive: true }],
    ],
    [
      'secret no more',
      { sealed: 'y', sensitive: true },
      { value: 'clear' },
      [{ path: 'value', from: null, to: null, sensitive: true }],
    ],
  ])('that is %s', (_, before, after, fields) => {
    expect(fieldsOf('value', before, after)).toEqual(fields);
    expect(fieldsOf('output', before, after)).toEqual(fields);
  });
});

describe('a resource', () => {
  const before = sketchResource({
    properties: { value: { path: '/a', mode: '0644' } },
    attributes: { value: { path: '/a', mode: '0644', sort: 'file' } },
  });

  test.each<[string, Partial<typeof before>, object[] | undefined]>([
    ['when and where', { appliedAt: 999, at: { file: 'x', line: 9 } }, undefined],
    [
      'a property, told once',
      {
        properties: { value: { path: '/a', mode: '0600' } },
        attributes: { value: { path: '/a', mode: '0600', sort: 'file' } },
      },
      [{ path: 'mode', from: '0644', to: '0600' }],
    ],
    [
      'an attribute',
      { attributes: { value: { path: '/a', mode: '0644', sort: 'link' } } },
      [{ path: 'sort', from: 'file', to: 'link' }],
    ],
    ['its status', { status: 'failed' }, [{ path: 'status', from: 'applied', to: 'failed' }]],
    ['what it needs', { dependencies: ['t'] }, [{ path: 'depends_on', from: [], to: ['t'] }]],
    [
      'its options',
      { options: sketchOptions({ protect: true }) },
      [{ path: 'options.protect', from: false, to: true }],
    ],
  ])('differs in %s', (_, facts, fields) => {
    expect(fieldsOf('resource', before, { ...before, ...facts })).toEqual(fields);
  });

  test('that is secret differs, and no more is told', () => {
    const sealed = (text: string) => ({
      ...before,
      properties: { sealed: text, sensitive: true },
      attributes: { sealed: text, sensitive: true },
    });
    expect(fieldsOf('resource', sealed('a'), sealed('b'))).toEqual([
      { path: 'value', from: null, to: null, sensitive: true },
    ]);
  });
});

test('a task differs in what it declares', () => {
  const before = {
    workflow: 'w',
    description: 'd',
    timeout: null,
    retries: 0,
    dependsOn: ['a'],
    tags: [],
  };
  const after = {
    workflow: 'v',
    description: 'e',
    timeout: 5,
    retries: 1,
    dependsOn: ['b'],
    tags: ['t'],
  };
  expect(fieldsOf('task', before, after)).toEqual([
    { path: 'depends_on', from: ['a'], to: ['b'] },
    { path: 'description', from: 'd', to: 'e' },
    { path: 'retries', from: 0, to: 1 },
    { path: 'tags', from: [], to: ['t'] },
    { path: 'timeout', from: null, to: 5 },
    { path: 'workflow', from: 'w', to: 'v' },
  ]);
});

test('a dependency differs by path', () => {
  expect(fieldsOf('dependency', { used: { lineage: 'a' } }, { used: { lineage: 'b' } })).toEqual([
    { path: 'used.lineage', from: 'a', to: 'b' },
  ]);
});

test('of the workflow it is told how it differs, not that it came or went', () => {
  const one = { name: 'w', version: '1' };
  expect(fieldsOf('workflow', one, { ...one, version: '2' })).toEqual([
    { path: 'version', from: '1', to: '2' },
  ]);
  expect(fieldsOf('workflow', null, one)).toEqual([
    { path: 'name', from: null, to: 'w' },
    { path: 'version', from: null, to: '1' },
  ]);
  expect(fieldsOf('workflow', one, null)).toHaveLength(2);
  expect(compare({ kind: 'workflow', before: null, after: one }).workflow[0]?.change).toBe(
    'modified',
  );
});

test('two contents differ in the entries that are not the same', () => {
  const { content: from } = sketchSituation(
    {},
    { value: { a: { value: 1 }, b: { value: { x: 1, y: 2 } }, c: { value: 3 } }, look: { l: {} } },
  );
  const { content: to } = sketchSituation(
    {},
    { value: { a: { value: 9 }, b: { value: { y: 2, x: 1 } } }, task: { t: {} } },
  );
  expect(diffContents(from, to)).toEqual([
    { kind: 'value', name: 'a', before: { value: 1 }, after: { value: 9 } },
    { kind: 'value', name: 'c', before: { value: 3 }, after: null },
    { kind: 'task', name: 't', before: null, after: {} },
  ]);
});
