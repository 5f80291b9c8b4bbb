import { describe, expect, test } from 'vitest';
import type { PreImageEntry, ResourceEntry } from '../../model/entry.ts';
import { sketchOptions, sketchResource } from '../../model/testing/sketchResource.ts';
import { decideRestore } from './decideRestore.ts';

type Entries = Readonly<Record<string, Partial<ResourceEntry>>>;
type Images = Readonly<Record<string, Partial<PreImageEntry>>>;

const image: PreImageEntry = {
  type: 'file',
  identity: '/a',
  host: 'h',
  serial: 5,
  at: 0,
  execution: null,
  status: 'updating',
  origin: 'found',
  properties: { value: {} },
  data: { value: {} },
  content: null,
  unkept: '',
};

function restore(older: Entries, current: Entries, images: Images = {}) {
  const entries = (of: Entries): Map<string, ResourceEntry> =>
    new Map(Object.entries(of).map(([name, facts]) => [name, sketchResource(facts)]));
  return decideRestore({
    older: entries(older),
    current: entries(current),
    images: new Map(Object.entries(images).map(([name, facts]) => [name, { ...image, ...facts }])),
  });
}

const protect = { options: sketchOptions({ protect: true }) };
const A = 'file.a';

describe('what came since', () => {
  test.each<[string, Partial<ResourceEntry>, Images, object]>([
    ['made', {}, {}, { does: 'delete' }],
    ['found, and never changed', { origin: 'found' }, {}, { does: 'release', reason: '' }],
    ['imported, and never changed', { origin: 'imported' }, {}, { does: 'release', reason: '' }],
    ['made, gone and there again', { absent: true }, {}, { does: 'release', reason: '' }],
    ['found and changed', { origin: 'found' }, { p5: {} }, { does: 'put_back', image: 'p5' }],
    [
      'imported and changed',
      { origin: 'imported' },
      { p5: { origin: 'imported' } },
      { does: 'put_back', image: 'p5' },
    ],
    ['made by the stack, and changed', {}, { p5: { origin: 'made' } }, { does: 'delete' }],
    ['made where something was found', {}, { p5: {} }, { does: 'put_back', image: 'p5' }],
    ['protected and made', protect, {}, { does: 'keep' }],
    ['protected, found and changed', { origin: 'found', ...protect }, { p5: {} }, { does: 'keep' }],
    ['protected and found', { origin: 'found', ...protect }, {}, { does: 'release', reason: '' }],
  ])('%s', (_, facts, images, step) => {
    expect(restore({}, { [A]: facts }, images)).toEqual([
      expect.objectContaining({ address: A, ...step }),
    ]);
  });

  test('is let go where what it was could not be kept, which is told; and why what is kept is', () => {
    const [released] = restore({}, { [A]: {} }, { p5: { unkept: 'too large' } });
    expect(released).toMatchObject({
      does: 'release',
      reason: expect.stringMatching(/too large$/),
    });
    const [kept] = restore({}, { [A]: protect });
    expect(kept).toMatchObject({ does: 'keep', reason: expect.stringMatching(/./) });
  });

  test('is put back to what it was first, of its own images', () => {
    const images = {
      p8: { serial: 8 },
      p5: { serial: 5 },
      p6: { serial: 6 },
      p1: { serial: 1, identity: '/b' },
      p2: { serial: 2, host: 'other' },
    };
    expect(restore({}, { [A]: {} }, images)).toMatchObject([{ does: 'put_back', image: 'p5' }]);
  });

  test('goes with its dependents first', () => {
    const current = { a: { identity: '/1' }, b: { identity: '/2', dependencies: ['a'] } };
    expect(restore({}, current).map(({ address }) => address)).toEqual(['b', 'a']);
  });
});

describe('what was there', () => {
  test.each<[string, Partial<ResourceEntry>, Partial<ResourceEntry>]>([
    ['and is as it was', {}, {}],
    ['and was only applied again', { appliedAt: 1 }, { appliedAt: 2, at: { file: 'x', line: 9 } }],
  ])('%s: nothing is done', (_, then, now) => {
    expect(restore({ [A]: then }, { [A]: now })).toEqual([]);
  });

  test.each<[string, Partial<ResourceEntry>, Images, string | null]>([
    [
      'and was applied otherwise',
      { properties: { value: { path: '/a', mode: '0600' } } },
      {},
      null,
    ],
    ['and looked otherwise', { attributes: { value: {} } }, {}, null],
    ['and was not applied since', { status: 'failed' }, {}, null],
    ['and was changed meanwhile', {}, { p5: {} }, null],
    ['and was made anew meanwhile', {}, { p5: { status: 'replacing' } }, 'p5'],
    ['and could not be kept', {}, { p5: { status: 'replacing', unkept: 'too large' } }, null],
    [
      'and was changed, then made anew: what it was first is near enough',
      {},
      { p5: {}, p9: { serial: 9, status: 'replacing' } },
      null,
    ],
  ])('%s: it is applied', (_, now, images, kept) => {
    expect(restore({ [A]: {} }, { [A]: now }, images)).toEqual([
      { does: 'apply', address: A, image: kept },
    ]);
  });

  test.each<[string, Images, string | null]>([
    ['with what it was', { p5: { status: 'deleting', origin: 'made' } }, 'p5'],
    ['without, where there is none', {}, null],
    ['without, where it could not be kept', { p5: { unkept: 'too large' } }, null],
  ])('and is gone: it is applied %s', (_, images, kept) => {
    expect(restore({ [A]: {} }, {}, images)).toEqual([{ does: 'apply', address: A, image: kept }]);
  });

  test('and is another object now: the new one goes, the old one comes', () => {
    const images = { p5: { identity: '/old', status: 'deleting' as const } };
    expect(restore({ [A]: { identity: '/old' } }, { [A]: { identity: '/new' } }, images)).toEqual([
      { does: 'delete', address: A },
      { does: 'apply', address: A, image: 'p5' },
    ]);
  });

  test('comes after what it depends on, and after what came since has gone', () => {
    const older = { b: { identity: '/2', dependencies: ['a'] }, a: { identity: '/1' } };
    const steps = restore(older, { c: { identity: '/3' } });
    expect(steps.map(({ does, address }) => [does, address])).toEqual([
      ['delete', 'c'],
      ['apply', 'a'],
      ['apply', 'b'],
    ]);
  });
});
