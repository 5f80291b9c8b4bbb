import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../../backend/Chunk.ts';
import { refusalOf } from '../../../backend/testing/refusalOf.ts';
import { contentOf } from '../../../model/content.ts';
import { diffPacks } from './diffPacks.ts';
import { RUN } from './PackNode.ts';
import { decodeNode, encodeNode, isIntact, linksOf } from './packCodec.ts';
import { packLinks } from './packLinks.ts';
import { type ReadChunk, readEntries, readHeadNode, readNode, readPack } from './readPack.ts';
import { outweighs, type WrittenPack, writeBase, writeDelta } from './writePack.ts';

type Values = Readonly<Record<string, number | null>>;

/** Chunks in memory, with the reads that were made. */
function createStore() {
  const chunks = new Map<string, Uint8Array>();
  const reads: string[] = [];
  const keep = <P extends { readonly chunks: readonly Chunk[] }>(pack: P): P => {
    for (const { hash, bytes } of pack.chunks) chunks.set(hash, bytes);
    return pack;
  };
  const read: ReadChunk = async (hash) => {
    reads.push(hash);
    return chunks.get(hash);
  };
  return {
    chunks,
    reads,
    read,
    base(values: Values): WrittenPack {
      const entries = Object.entries(values).map(([name, value]) => {
        return { kind: 'value' as const, name, body: { value } };
      });
      return keep(writeBase(contentOf(entries), 1));
    },
    async delta(on: WrittenPack, values: Values): Promise<WrittenPack> {
      const changes = Object.entries(values).map(([name, value]) => {
        return { kind: 'value' as const, name, body: value === null ? null : { value } };
      });
      return keep(await writeDelta(read, on.hash, on.weight, changes, 2));
    },
  };
}

function many(count: number): Values {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, n]));
}

const difference = (name: string, before: number | null, after: number | null) => {
  const body = (value: number | null) => (value === null ? null : { value });
  return { kind: 'value', name, before: body(before), after: body(after) };
};

describe('what differs between two contents', () => {
  test('is nothing of one and the same, and nothing is read', async () => {
    const { base, read, reads } = createStore();
    const { hash } = base({ a: 1 });
    expect(await diffPacks(read, hash, hash)).toEqual([]);
    expect(reads).toEqual([]);
  });

  test('is what the deltas between them changed, forwards and backwards', async () => {
    const { base, delta, read } = createStore();
    const first = base({ a: 1, b: 2, c: 3 });
    const second = await delta(first, { a: 10, d: 4 });
    const third = await delta(second, { a: 1, b: null, d: 5 });
    expect(await diffPacks(read, first.hash, third.hash)).toEqual([
      difference('b', 2, null),
      difference('d', null, 5),
    ]);
    expect(await diffPacks(read, third.hash, second.hash)).toEqual([
      difference('a', 1, 10),
      difference('b', null, 2),
      difference('d', 5, 4),
    ]);
  });

  test('is found where two went apart', async () => {
    const { base, delta, read } = createStore();
    const first = base({ a: 1, b: 2 });
    const one = await delta(first, { a: 10 });
    const other = await delta(first, { b: 20, c: 30 });
    expect(new Set(await diffPacks(read, one.hash, other.hash))).toEqual(
      new Set([difference('a', 10, 1), difference('b', 2, 20), difference('c', null, 30)]),
    );
  });

  test('is found between bases, and only leaves that are not the same are read', async () => {
    const { base, read, reads } = createStore();
    const one = base(many(300));
    const other = base({ ...many(300), n7: 70, n8: null as never });
    reads.length = 0;
    const found = await diffPacks(read, one.hash, other.hash);
    expect(found).toContainEqual(difference('n7', 7, 70));
    expect(found.map(({ name }) => name).toSorted()).toEqual(['n7', 'n8']);
    const { leaves } = (await readHeadNode(read, one.hash)) as { leaves: readonly string[] };
    expect(leaves.filter((hash) => reads.includes(hash)).length).toBeLessThanOrEqual(2);
  });

  test('is all of one, where the other is empty', async () => {
    const { base, read } = createStore();
    const [empty, full] = [base({}), base({ a: 1 })];
    expect(await diffPacks(read, empty.hash, full.hash)).toEqual([difference('a', null, 1)]);
    expect(await diffPacks(read, full.hash, empty.hash)).toEqual([difference('a', 1, null)]);
  });
});

describe('a chunk that can not be relied on', () => {
  const corrupt = { code: 'snapshot.corrupt' };

  test('is told, whoever reads it: it is missing, broken, of another format, of another sort', async () => {
    const { base, delta, read, chunks } = createStore();
    const first = base({ a: 1 });
    const second = await delta(first, { a: 2 });
    const { leaves } = decodeNode(chunks.get(first.hash) ?? new Uint8Array()) as unknown as {
      leaves: readonly string[];
    };
    const leaf = leaves.find((hash) => hash !== '') ?? '';
    chunks.set('broken', Uint8Array.of(1, 99, 99));
    chunks.set('later', Uint8Array.of(2, 0));
    for (const hash of ['missing', 'broken', 'later', leaf]) {
      const details = { chunk: hash, reason: expect.stringMatching(/./) as unknown };
      const refused = { ...corrupt, details };
      await expect(readHeadNode(read, hash)).rejects.toMatchObject(refused);
      await expect(readPack(read, hash)).rejects.toMatchObject(refused);
      await expect(readEntries(read, hash, [{ kind: 'value', name: 'a' }])).rejects.toMatchObject(
        refused,
      );
    }
    expect(await readNode(read, leaf)).toMatchObject({ type: 'leaf' });
    chunks.delete(leaf);
    await expect(readPack(read, second.hash)).rejects.toMatchObject(corrupt);
    chunks.set(leaf, chunks.get(second.hash) ?? new Uint8Array());
    await expect(readPack(read, second.hash)).rejects.toMatchObject(corrupt);
  });

  test('that should be an index is told', async () => {
    const { base, delta, read, chunks } = createStore();
    let pack = base({ x: 0 });
    for (let n = 1; n <= RUN + 1; n++) pack = await delta(pack, { n });
    const top = await readHeadNode(read, pack.hash);
    const index = top.type === 'delta' ? top.index : '';
    expect(index).not.toBe('');
    chunks.set(index, chunks.get(pack.hash) ?? new Uint8Array());
    const reading = readEntries(read, pack.hash, [{ kind: 'value', name: 'x' }]);
    await expect(reading).rejects.toMatchObject(corrupt);
  });

  test('has no links that count', () => {
    const [{ hash, bytes } = { hash: '', bytes: new Uint8Array() }] = createStore().base({}).chunks;
    expect(packLinks(hash, bytes)).toEqual([]);
    for (const given of [undefined, Uint8Array.of(...bytes, 0)]) {
      expect(refusalOf(() => packLinks(hash, given))).toMatchObject({
        ...corrupt,
        details: { chunk: hash, reason: expect.stringMatching(/./) },
      });
    }
    expect([isIntact(hash, bytes), isIntact(hash, Uint8Array.of(1))]).toEqual([true, false]);
  });

  test('of another format is no node', () => {
    const bytes = Uint8Array.from(encodeNode({ type: 'leaf', entries: [] }).bytes);
    expect(decodeNode(bytes)).toEqual({ type: 'leaf', entries: [] });
    bytes[0] = 2;
    expect(() => decodeNode(bytes)).toThrow(/\b2\b/);
  });
});

describe('the chunks that a node leads to', () => {
  const summary = { size: 0, resources: 0, tasks: 0 };
  const delta = { type: 'delta', serial: 1, depth: 1, changes: [], ...summary } as const;

  test('are those that collecting must leave', () => {
    expect(linksOf({ type: 'leaf', entries: [] })).toEqual([]);
    expect(linksOf({ type: 'base', serial: 1, leaves: ['a', '', 'b'], ...summary })).toEqual([
      'a',
      'b',
    ]);
    expect(linksOf({ ...delta, parent: 'p', index: '' })).toEqual(['p']);
    expect(linksOf({ ...delta, parent: 'p', index: 'i' })).toEqual(['p', 'i']);
    expect(linksOf({ type: 'index', parent: '', deltas: ['a', 'b'], keys: [] })).toEqual([
      'a',
      'b',
    ]);
    expect(linksOf({ type: 'index', parent: 'p', deltas: ['a'], keys: [] })).toEqual(['p', 'a']);
  });
});

describe('writing', () => {
  test('what is as it was writes nothing', async () => {
    const { base, delta } = createStore();
    const first = base({ a: 1 });
    const same = await delta(first, { a: 1, gone: null });
    expect(same).toEqual({ ...first, chunks: [] });
  });

  test('a delta says only what is another, sorted, and counts what is there', async () => {
    const { base, read } = createStore();
    const first = base({ a: 1, b: 2 });
    const pack = await writeDelta(
      read,
      first.hash,
      first.weight,
      [
        { kind: 'value', name: 'b', body: null },
        { kind: 'task', name: 't', body: {} },
        { kind: 'resource', name: 'r', body: {} },
        { kind: 'value', name: 'a', body: { value: 1 } },
      ],
      7,
    );
    const summary = { resources: 1, tasks: 1, size: expect.any(Number) as number };
    expect(pack.summary).toEqual(summary);
    const [chunk] = pack.chunks;
    expect(decodeNode(chunk?.bytes ?? new Uint8Array())).toEqual({
      type: 'delta',
      serial: 7,
      parent: first.hash,
      index: '',
      depth: 1,
      changes: [
        ['resource', 'r', {}],
        ['task', 't', {}],
        ['value', 'b', null],
      ],
      ...summary,
    });
    expect(pack.weight).toEqual({ base: first.weight.base, deltas: chunk?.bytes.length });
  });

  test('the size is that of the entries as JSON', () => {
    const { summary, weight, chunks } = createStore().base({ ä: 1 });
    expect(summary.size).toBe(Buffer.byteLength('["value","ä",{"value":1}]'));
    expect(weight).toEqual({
      base: chunks.reduce((sum, { bytes }) => sum + bytes.length, 0),
      deltas: 0,
    });
  });

  test('equal contents are equal chunks, whatever the order', () => {
    const [one, other] = [createStore().base({ a: 1, b: 2 }), createStore().base({ b: 2, a: 1 })];
    expect(one.hash).toBe(other.hash);
  });

  test.each([
    [0, 1],
    [64, 1],
    [65, 2],
    [200, 4],
  ])('%i entries are in %i leaves', async (entries, leaves) => {
    const { base, read } = createStore();
    const node = await readHeadNode(read, base(many(entries)).hash);
    expect(node.type === 'base' && node.leaves.length).toBe(leaves);
  });

  test.each([
    [0, 64 * 1024, false],
    [0, 64 * 1024 + 1, true],
    [40_000, 80_000, false],
    [40_000, 80_001, true],
  ])(
    'a chain on a base of %i bytes with %i bytes of deltas is written anew: %s',
    (base, deltas, is) => {
      expect(outweighs({ base, deltas })).toBe(is);
    },
  );
});

test('many entries at once are read from the whole', async () => {
  const { base, delta, read } = createStore();
  const pack = await delta(base(many(600)), { n3: 33, n4: null });
  const keys = Array.from({ length: 601 }, (_, n) => ({ kind: 'value' as const, name: `n${n}` }));
  const entries = await readEntries(read, pack.hash, keys);
  expect([3, 4, 5, 600].map((n) => entries.get(`value/n${n}`))).toEqual([
    { value: 33 },
    null,
    { value: 5 },
    null,
  ]);
  expect(entries.size).toBe(601);
});
