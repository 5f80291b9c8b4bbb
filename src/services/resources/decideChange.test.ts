import { describe, expect, test } from 'vitest';
import type { ActualObject, AttributeSchema, Attributes } from '../../model/provider.ts';
import { decideChange, differences } from './decideChange.ts';

const schema: AttributeSchema = { kind: 'configuration', severity: 'low', impact: 'none' };
const provider = {
  attributes: {
    mode: schema,
    content: { ...schema, replaces: false },
    sort: { ...schema, replaces: true },
    engine: { ...schema, replaces: true },
  },
};

const expected = { sort: 'file', mode: '0644' };
const gone: ActualObject = { exists: false };

function there(attributes: Attributes): ActualObject {
  return { exists: true, attributes };
}

const none = { ignore: [], identity: '/a', version: '', before: null };
const same = { ...none, before: { identity: '/a', version: '' } };
const newer = { ...none, version: '2', before: { identity: '/a', version: '1' } };
const unversioned = { ...none, before: { identity: '/a', version: '1' } };
const moves = { ...none, before: { identity: '/b', version: '' } };

const mode = { attribute: 'mode', expected: '0644', actual: '0600' };
const sort = { attribute: 'sort', expected: 'file', actual: 'directory' };
const all = [
  { attribute: 'sort', expected: 'file', actual: null },
  { attribute: 'mode', expected: '0644', actual: null },
];

const asExpected = there({ ...expected, more: 'is not asked for' });
const otherMode = there({ sort: 'file', mode: '0600' });
const otherSort = there({ sort: 'directory', mode: '0644' });
const otherBoth = there({ sort: 'directory', mode: '0600' });

describe.each([
  ['never applied', none],
  ['applied before, in this version', same],
  ['applied before, in an older version', newer],
  ['applied before, in a version that it no longer has', unversioned],
])('%s', (_, options) => {
  test.each([
    ['where nothing is', gone, 'create', all, null],
    ['where an attribute differs', otherMode, 'update', [mode], null],
    ['where one differs that can not be changed', otherSort, 'replace', [sort], 'in_place'],
    ['where one such differs beside another', otherBoth, 'replace', [sort, mode], 'in_place'],
  ] as const)('%s', (_name, actual, action, differing, replaces) => {
    const change = decideChange(provider, expected, actual, options);
    expect(change).toMatchObject({ action, differences: differing, replaces });
    if (replaces === null) expect(change.reason).toBe('');
  });
});

describe('where nothing differs', () => {
  test.each([
    ['never applied', none, 'none', []],
    ['applied in this version', same, 'none', []],
    ['applied in an older version', newer, 'update', ['1', '2']],
    ['applied in a version that it no longer has', unversioned, 'update', ['1', 'none']],
    [
      'applied before it had a version',
      { ...newer, before: { identity: '/a', version: '' } },
      'update',
      ['none', '2'],
    ],
  ] as const)('%s', (_, options, action, versions) => {
    const { reason, ...change } = decideChange(provider, expected, asExpected, options);
    expect(change).toEqual({ action, differences: [], replaces: null });
    expect(reason.match(/none|\d/g) ?? []).toEqual(versions);
  });
});

describe('whose declaration names another object', () => {
  test.each([
    ['where nothing is', gone, all],
    ['where it is as expected', asExpected, []],
    ['where an attribute differs', otherMode, [mode]],
    ['where one differs that can not be changed', otherSort, [sort]],
  ] as const)('is replaced: %s', (_, actual, differing) => {
    for (const version of ['', '2']) {
      const change = decideChange(provider, expected, actual, { ...moves, version });
      expect(change).toMatchObject({
        action: 'replace',
        differences: differing,
        replaces: 'moves',
      });
      expect(change.reason.match(/\/\w/g)).toEqual(['/b', '/a']);
    }
  });
});

test('what can not be changed in place is named, and nothing else', () => {
  const wanted = { engine: 'a', mode: 'b', sort: 'c', unknown: 'd' };
  const { reason } = decideChange(provider, wanted, there({}), none);
  expect(reason.match(/\b(engine|mode|sort|unknown)\b/g)).toEqual(['engine', 'sort']);
  expect(reason).toMatch(/^engine, sort\b/);
});

describe('what is ignored', () => {
  const options = { ...same, ignore: ['sort', 'mode'] };

  test('makes no difference where the object is there', () => {
    expect(decideChange(provider, expected, otherBoth, options).action).toBe('none');
    const one = decideChange(provider, expected, otherBoth, { ...same, ignore: ['sort'] });
    expect(one).toMatchObject({ action: 'update', differences: [mode] });
  });

  test('does not keep an object from being made', () => {
    expect(decideChange(provider, expected, gone, options)).toMatchObject({
      action: 'create',
      differences: [],
    });
  });
});

describe('differences', () => {
  test.each<[string, Attributes, Attributes, object[]]>([
    ['of nothing expected', {}, { a: 1 }, []],
    ['of the same', { a: [1, { b: 2, c: 3 }] }, { a: [1, { c: 3, b: 2 }] }, []],
    ['of what is not there', { a: 1 }, {}, [{ attribute: 'a', expected: 1, actual: null }]],
    ['of what is not to be there', { a: null }, {}, []],
    ['of another type', { a: 1 }, { a: '1' }, [{ attribute: 'a', expected: 1, actual: '1' }]],
    ['of what is false', { a: false }, {}, [{ attribute: 'a', expected: false, actual: null }]],
  ])('%s', (_, wanted, actual, differing) => {
    expect(differences(wanted, actual)).toEqual(differing);
  });
});
