import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../../backend/Chunk.ts';
import { contentOf } from '../../../model/content.ts';
import { RUN } from './PackNode.ts';
import { decodeNode, shortHash } from './packCodec.ts';
import { type ReadChunk, readEntries, readPack } from './readPack.ts';
import { type WrittenPack, writeBase, writeDelta } from './writePack.ts';

/** Two names whose keys have the same short hash, as two of a hundred thousand have. */
const [ONE, TWIN] = ['wqmxlg', 'xrontm'] as const;

type Changes = Readonly<Record<string, number | null>>;

/**
 * Values whose content is a base and as many deltas as are asked for. `history` says what a delta changes,
 * counted from 1; each changes a value of its own beside that.
 */
async function packOf(
  base: Changes,
  deltas: number,
  history: Readonly<Record<number, Changes>>,
): Promise<{ readonly read: ReadChunk; readonly hashes: readonly string[]; reads: string[] }> {
  const store = new Map<string, Uint8Array>();
  const reads: string[] = [];
  const keep = ({ chunks }: { readonly chunks: readonly Chunk[] }): void => {
    for (const { hash, bytes } of chunks) store.set(hash, bytes);
  };
  const read: ReadChunk = async (hash) => {
    reads.push(hash);
    return store.get(hash);
  };
  const entries = Object.entries(base).map(([name, value]) => {
    return { kind: 'value' as const, name, body: { value } };
  });
  let pack: WrittenPack = writeBase(contentOf(entries), 0);
  keep(pack);
  const hashes = [pack.hash];
  for (let serial = 1; serial <= deltas; serial++) {
    const changes = Object.entries({ ...history[serial], [`own${serial}`]: serial });
    pack = await writeDelta(
      read,
      pack.hash,
      pack.weight,
      changes.map(([name, value]) => ({
        kind: 'value',
        name,
        body: value === null ? null : { value },
      })),
      serial,
    );
    keep(pack);
    hashes.push(pack.hash);
  }
  reads.length = 0;
  return { read, hashes, reads };
}

/** Values of a content read one by one, as who restores or compares single entries does. */
async function valuesAt(
  read: ReadChunk,
  hash: string,
  names: readonly string[],
): Promise<unknown[]> {
  const keys = names.map((name) => ({ kind: 'value' as const, name }));
  const entries = await readEntries(read, hash, keys);
  return names.map((name) => {
    const body = entries.get(`value/${name}`);
    return body === null ? null : (body as { value: number } | undefined)?.value;
  });
}

async function valueAt(read: ReadChunk, hash: string | undefined, name: string): Promise<unknown> {
  const [alone] = await valuesAt(read, hash ?? '', [name]);
  const value = (await readPack(read, hash ?? '')).value.get(name);
  // Whole or one by one: it is the same content.
  expect(value ?? null).toEqual(alone === null ? null : { value: alone });
  return alone;
}

test('the twins have one short hash', () => {
  expect(shortHash(`value/${ONE}`)).toBe(shortHash(`value/${TWIN}`));
});

describe('a value that was changed often', () => {
  const history = {
    1: { x: 1 },
    2: { x: 2 },
    5: { x: 5 },
    31: { x: 31 },
    33: { x: 33 },
    40: { x: null },
  };

  test.each([
    [0, 0],
    [1, 1],
    [4, 2],
    [5, 5],
    [30, 5],
    [31, 31],
    [RUN, 31],
    [RUN + 1, 33],
    [39, 33],
    [40, null],
    [2 * RUN, null],
    [2 * RUN + 3, null],
  ])('at serial %i is %s: the newest change below counts', async (serial, value) => {
    const { read, hashes } = await packOf({ x: 0 }, serial, history);
    expect(await valueAt(read, hashes.at(-1), 'x')).toBe(value);
  });

  test.each([
    ['once, at the start of the first run', { 1: { x: 1 } }, 1],
    ['once, at the end of the first run', { [RUN]: { x: 2 } }, 2],
    ['at both ends of the first run', { 1: { x: 1 }, [RUN]: { x: 2 } }, 2],
    ['in two runs', { 3: { x: 1 }, [RUN + 3]: { x: 2 } }, 2],
    ['never', {}, 0],
  ])('is found through three indexes: %s', async (_, changes, value) => {
    const { read, hashes } = await packOf({ x: 0 }, 3 * RUN + 2, changes);
    expect(await valueAt(read, hashes.at(-1), 'x')).toBe(value);
  });
});

describe('two values whose short hash is the same', () => {
  test.each<[string, Readonly<Record<number, Changes>>, unknown[]]>([
    ['the other was changed later', { 3: { [ONE]: 3 }, 9: { [TWIN]: 9 } }, [3, 9]],
    [
      'it was changed often before the other was',
      { 1: { [ONE]: 1 }, 3: { [ONE]: 3 }, 9: { [TWIN]: 9 } },
      [3, 9],
    ],
    ['just before the other', { 8: { [ONE]: 8 }, 9: { [TWIN]: 9 } }, [8, 9]],
    ['first of all', { 1: { [ONE]: 1 }, 9: { [TWIN]: 9 } }, [1, 9]],
    ['only in the run before', { 3: { [ONE]: 3 }, [RUN + 2]: { [TWIN]: 2 } }, [3, 2]],
    ['only in the base', { 9: { [TWIN]: 9 } }, [100, 9]],
    ['at the same time', { 4: { [ONE]: 4, [TWIN]: 5 } }, [4, 5]],
    ['it was deleted before', { 4: { [ONE]: null }, 9: { [TWIN]: 9 } }, [null, 9]],
  ])('are told apart: %s', async (_, history, values) => {
    const { read, hashes } = await packOf({ [ONE]: 100, [TWIN]: 200 }, 2 * RUN + 1, history);
    const newest = hashes.at(-1) ?? '';
    expect(await valuesAt(read, newest, [ONE, TWIN])).toEqual(values);
    expect(await valueAt(read, newest, ONE)).toBe(values[0]);
    expect(await valueAt(read, newest, TWIN)).toBe(values[1]);
  });

  test('a value that is not there is not the other one', async () => {
    const { read, hashes } = await packOf({}, RUN + 1, { 3: { [TWIN]: 9 } });
    expect(await valueAt(read, hashes.at(-1), ONE)).toBe(null);
  });
});

describe('the cost of one value', () => {
  test('is a few chunks, however many deltas there are', async () => {
    const { read, hashes, reads } = await packOf({ x: 0 }, 8 * RUN + 1, { 7: { x: 7 } });
    const before = reads.length;
    expect(await valuesAt(read, hashes.at(-1) ?? '', ['x'])).toEqual([7]);
    // The newest delta, eight indexes, the delta that changed it, and no base.
    expect(reads.length - before).toBeLessThanOrEqual(12);
  });

  test('found in the newest delta, is that delta', async () => {
    const { read, hashes, reads } = await packOf({}, RUN + 5, {});
    const newest = hashes.at(-1) ?? '';
    expect(await valuesAt(read, newest, [`own${RUN + 5}`])).toEqual([RUN + 5]);
    expect(reads).toEqual([newest]);
  });
});

test('an index names its deltas from the oldest to the newest, and the last that changed each key', async () => {
  const { read, hashes } = await packOf({}, RUN + 1, { 2: { x: 2 }, 6: { x: 6 } });
  const newest = decodeNode((await read(hashes.at(-1) ?? '')) ?? new Uint8Array());
  const index = newest.type === 'delta' ? await read(newest.index) : undefined;
  const node = decodeNode(index ?? new Uint8Array());
  expect(node).toMatchObject({ type: 'index', parent: '', deltas: hashes.slice(1, RUN + 1) });
  const keys = new Map(node.type === 'index' ? node.keys : []);
  expect(keys.get(shortHash('value/x'))).toBe(5);
  expect(keys.get(shortHash('value/own1'))).toBe(0);
  expect(keys.get(shortHash(`value/own${RUN}`))).toBe(RUN - 1);
});
