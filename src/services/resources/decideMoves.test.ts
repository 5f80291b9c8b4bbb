import { describe, expect, test } from 'vitest';
import { type DeclaredObject, decideMoves, moved, objectKey } from './decideMoves.ts';

/** Entries as `address: identity`, of the type that the address begins with. */
function entriesOf(identities: Readonly<Record<string, string>>) {
  return new Map(
    Object.entries(identities).map(([address, identity]) => {
      return [address, { type: address.split('.')[0] ?? '', identity, host: 'h' }] as const;
    }),
  );
}

function declared(name: string, facts: Partial<DeclaredObject> = {}): DeclaredObject {
  return {
    name,
    type: name.split('.')[0] ?? '',
    identity: undefined,
    host: 'h',
    moved: '',
    ...facts,
  };
}

function object(name: string, identity: string, from = ''): DeclaredObject {
  return declared(name, { identity, moved: from });
}

describe('an entry goes where its object is declared now', () => {
  test.each<
    [string, Readonly<Record<string, string>>, DeclaredObject[], Readonly<Record<string, string>>]
  >([
    ['nothing is declared', { 'f.a': '/a' }, [], {}],
    ['as it was', { 'f.a': '/a' }, [object('f.a', '/a')], {}],
    ['under another name', { 'f.a': '/a' }, [object('f.b', '/a')], { 'f.a': 'f.b' }],
    ['a new object', { 'f.a': '/a' }, [object('f.a', '/a'), object('f.b', '/b')], {}],
    [
      'two that change places',
      { 'f.a': '/a', 'f.b': '/b' },
      [object('f.a', '/b'), object('f.b', '/a')],
      { 'f.a': 'f.b', 'f.b': 'f.a' },
    ],
    [
      'a list that got a new first member',
      { 'f.0': '/a', 'f.1': '/b' },
      [object('f.0', '/new'), object('f.1', '/a'), object('f.2', '/b')],
      { 'f.0': 'f.1', 'f.1': 'f.2' },
    ],
    [
      'to an address whose own object is no longer declared',
      { 'f.a': '/a', 'f.b': '/b' },
      [object('f.b', '/a')],
      { 'f.a': 'f.b', 'f.b': 'f.a' },
    ],
    [
      'along a chain, whose end goes where the chain began',
      { 'f.a': '/a', 'f.b': '/b', 'f.c': '/c' },
      [object('f.b', '/a'), object('f.c', '/b')],
      { 'f.a': 'f.b', 'f.b': 'f.c', 'f.c': 'f.a' },
    ],
    ['of another type', { 'f.a': '/a' }, [object('g.b', '/a')], {}],
    ['on another host', { 'f.a': '/a' }, [declared('f.b', { identity: '/a', host: 'other' })], {}],
    ['that is not known yet', { 'f.a': '/a' }, [declared('f.b')], {}],
  ])('%s', (_, entries, objects, moves) => {
    expect(decideMoves(entriesOf(entries), objects)).toEqual(new Map(Object.entries(moves)));
  });
});

describe('an author says what it was called before', () => {
  const entries = entriesOf({ 'f.a': '/a' });

  test.each<[string, DeclaredObject[], Readonly<Record<string, string>>]>([
    ['and its object is another one', [object('f.b', '/b', 'f.a')], { 'f.a': 'f.b' }],
    ['and its object is not known yet', [declared('f.b', { moved: 'f.a' })], { 'f.a': 'f.b' }],
    ['and the old name is declared, too', [object('f.b', '/b', 'f.a'), declared('f.a')], {}],
    ['and it is of another type', [object('g.b', '/b', 'f.a')], {}],
    ['and nothing is there', [object('f.b', '/b', 'f.x')], {}],
    ['and its own name is one that is there', [object('f.a', '/b', 'f.x')], {}],
    [
      'and so does another: the first has it',
      [declared('f.b', { moved: 'f.a' }), declared('f.c', { moved: 'f.a' })],
      { 'f.a': 'f.b' },
    ],
    [
      'and another has that very object',
      [declared('f.b', { moved: 'f.a' }), object('f.c', '/a')],
      { 'f.a': 'f.c' },
    ],
    ['and its object tells the same', [object('f.b', '/a', 'f.a')], { 'f.a': 'f.b' }],
  ])('%s', (_, objects, moves) => {
    expect(decideMoves(entries, objects)).toEqual(new Map(Object.entries(moves)));
  });

  test('though its object tells of another one, which counts', () => {
    const two = entriesOf({ 'f.a': '/a', 'f.x': '/x' });
    expect(decideMoves(two, [object('f.b', '/x', 'f.a')])).toEqual(new Map([['f.x', 'f.b']]));
  });

  test('and its own name has an entry already', () => {
    const two = entriesOf({ 'f.a': '/a', 'f.b': '/b' });
    expect(decideMoves(two, [object('f.b', '/new', 'f.a')])).toEqual(new Map());
  });
});

test('entries are found under their new addresses, and none is lost', () => {
  const entries = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  const moves = new Map([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  expect([...moved(entries, moves)]).toEqual([
    ['b', 1],
    ['a', 2],
    ['c', 3],
  ]);
});

test('an object is its type, its host and its identity', () => {
  const one = { type: 'f', host: 'h', identity: '/a' };
  const others = [
    { ...one, type: 'g' },
    { ...one, host: 'i' },
    { ...one, identity: '/b' },
    { type: 'f', host: '', identity: 'h/a' },
  ];
  const keys = [one, ...others].map(objectKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(objectKey({ ...one })).toBe(keys[0]);
});
