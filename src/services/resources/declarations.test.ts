import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../model/json.ts';
import type { Properties, Provider } from '../../model/provider.ts';
import { referenceText } from '../../model/reference.ts';
import { spellingOf } from '../../model/spelling.ts';
import { checkProperties, withEmptyLists } from './checkProperties.ts';
import { impliedOrder, type PlacedResource } from './impliedOrder.ts';
import { leftAlone } from './leftAlone.ts';

const provider = {
  properties: {
    path: { type: 'text', help: 'where it lies', required: true },
    size: { type: 'number', help: 'how large' },
    open: { type: 'flag', help: 'for all' },
    tags: { type: 'texts', help: 'words' },
    env: { type: 'table', help: 'variables' },
  },
} as unknown as Provider;

const spelling = spellingOf('w.sloth');

/** What only a run will tell may turn out to be anything. */
const unknown = referenceText({ kind: 'output', of: 'build', name: 'x' });

function namesIn(properties: Properties): string[][] {
  return checkProperties(provider, properties, spelling).map(({ reason, hint }) => {
    return [/'(\w+)'/.exec(reason)?.[1] ?? '', hint];
  });
}

describe('the properties of a declaration', () => {
  const right: Readonly<Record<string, readonly JsonValue[]>> = {
    path: ['', 'x', unknown],
    size: [0, 1.5, unknown],
    open: [true, false, unknown],
    tags: ['x', [], ['x', 'y'], unknown],
    env: [{}, { a: 1 }, unknown],
  };
  const wrong: Readonly<Record<string, readonly JsonValue[]>> = {
    path: [1, true, null, [], {}],
    size: ['1', true, null, [], {}],
    open: ['true', 0, null, [], {}],
    tags: [1, true, null, {}, ['x', 1]],
    env: ['x', 1, true, null, [], ['x']],
  };
  const rows = (of: typeof right): [string, JsonValue][] =>
    Object.entries(of).flatMap(([name, values]) =>
      values.map((value): [string, JsonValue] => [name, value]),
    );

  test.each(rows(wrong))('%s is not %j', (name, value) => {
    const help = provider.properties[name]?.help ?? '';
    expect(namesIn({ path: 'x', [name]: value })).toEqual([[name, `${name}: ${help}`]]);
  });

  test.each(rows(right))('%s may be %j', (name, value) => {
    expect(namesIn({ path: 'x', [name]: value })).toEqual([]);
  });

  test('that are missing are told, where they have to be there', () => {
    expect(namesIn({})).toEqual([['path', 'path: where it lies']]);
  });

  test('that nobody knows are told, with what may be meant', () => {
    expect(namesIn({ path: 'x', taggs: 1 })).toEqual([
      ['taggs', expect.stringMatching(/\btags\b/)],
    ]);
    const [[name, hint] = []] = namesIn({ path: 'x', zzzzzzzz: 1 });
    expect(name).toBe('zzzzzzzz');
    expect(hint).toMatch(/path, size, open, tags, env$/);
    expect(namesIn({ path: 'x', toString: 1 } as unknown as Properties)).toHaveLength(1);
  });

  test('each is told what it should be', () => {
    const reasons = Object.entries(wrong).map(([name, [value = null]]) => {
      const [finding] = checkProperties(provider, { path: 'x', [name]: value }, spelling);
      return finding?.reason.replace(`'${name}'`, '');
    });
    expect(new Set(reasons).size).toBe(5);
  });

  test('an empty table is an empty list, where a list is meant', () => {
    const given = { path: {}, tags: {}, env: {}, other: {} };
    expect(withEmptyLists(provider, given)).toEqual({ ...given, tags: [] });
    for (const tags of [['x'], { a: 1 }, 'x', '', null, 0])
      expect(withEmptyLists(provider, { tags })).toEqual({ tags });
  });
});

describe('what stays as it is on an object', () => {
  const properties = { path: '/a', mode: '0644', owner: 'root' };

  test.each([
    [[], properties],
    [['mode'], { path: '/a', owner: 'root' }],
    [['mode', 'owner', 'other'], { path: '/a' }],
  ])('%j is left out', (attributes, left) => {
    expect(leftAlone({}, properties, attributes, {})).toEqual(left);
  });

  test('is left out as its provider says', () => {
    const given: unknown[] = [];
    const leaving = (...all: unknown[]) => {
      given.push(...all);
      return { path: 'left' };
    };
    const actual = { mode: '0600' };
    expect(leftAlone({ leaving }, properties, ['mode'], actual)).toEqual({ path: 'left' });
    expect(given).toEqual([properties, ['mode'], actual]);
    expect(leftAlone({ leaving }, properties, [], actual)).toBe(properties);
  });
});

describe('what lies in the file system', () => {
  const made = (name: string, place: string): PlacedResource => ({ name, place, makesPlace: true });
  const edit = (name: string, place: string): PlacedResource => ({
    name,
    place,
    makesPlace: false,
  });

  test.each<[string, PlacedResource[], Readonly<Record<string, string[]>>, object]>([
    ['nothing', [], {}, {}],
    ['alone', [made('d', '/a')], {}, {}],
    ['in a folder', [made('f', '/a/b'), made('d', '/a')], {}, { f: 'd' }],
    ['deep in a folder', [made('f', '/a/b/c/d'), made('d', '/a')], {}, { f: 'd' }],
    [
      'in the nearest folder',
      [made('f', '/a/b/c'), made('d', '/a'), made('e', '/a/b')],
      {},
      { f: 'e', e: 'd' },
    ],
    ['beside, with a name that begins alike', [made('f', '/ab/c'), made('d', '/a')], {}, {}],
    ['in the root', [made('f', '/a'), made('d', '/')], {}, {}],
    ['an edit of a file', [edit('l', '/a/f'), made('f', '/a/f')], {}, { l: 'f' }],
    ['an edit of a file that nobody makes', [edit('l', '/a/f'), made('d', '/a')], {}, { l: 'd' }],
    ['in what is only edited', [made('f', '/a/b'), edit('l', '/a')], {}, {}],
    [
      'that lies nowhere',
      [{ name: 'x', place: undefined, makesPlace: true }, made('d', '/a')],
      {},
      {},
    ],
    [
      'where the folder needs what lies in it',
      [made('f', '/a/b'), made('d', '/a')],
      { d: ['f'] },
      {},
    ],
    [
      'where it needs that by way of others',
      [made('f', '/a/b'), made('d', '/a')],
      { d: ['t', 'u'], t: ['d'], u: ['f'] },
      {},
    ],
    [
      'where it needs that by way of what was implied',
      [made('f', '/a/b'), edit('l', '/c'), made('c', '/c'), made('d', '/a')],
      { d: ['l'], c: ['f'] },
      // One of the two has to give way, or they would go round in a circle.
      { f: 'd' },
    ],
    ['where it was said anyway', [made('f', '/a/b'), made('d', '/a')], { f: ['d'] }, { f: 'd' }],
  ])('is in its order: %s', (_, resources, needs, implied) => {
    const found = impliedOrder(resources, new Map(Object.entries(needs)));
    expect(Object.fromEntries(found)).toEqual(implied);
  });
});
