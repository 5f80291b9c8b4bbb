import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk } from '../../../backend/Chunk.ts';
import { emptyContent } from '../../../model/content.ts';
import { canonicalJson } from '../../../model/json.ts';
import { keyOf } from './packCodec.ts';
import { readEntries, readPack } from './readPack.ts';
import { type PackChange, type WrittenPack, writeBase, writeDelta } from './writePack.ts';

const kinds = ['value', 'resource', 'task', 'output'] as const;

const steps = fc.array(
  fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      // Few names, so that the same entry is changed, deleted and made again.
      name: fc.integer({ min: 0, max: 12 }).map((n) => `n${n}`),
      body: fc.option(fc.record({ v: fc.integer({ min: 0, max: 3 }) })),
    }),
    { maxLength: 4 },
  ),
  { minLength: 1, maxLength: 90 },
);

/** The naive model: a map that is copied at each step. */
type Model = ReadonlyMap<string, string>;

function evolve(model: Model, changes: readonly PackChange[]): Model {
  const next = new Map(model);
  for (const { kind, name, body } of changes) {
    if (body === null) next.delete(keyOf(kind, name));
    else next.set(keyOf(kind, name), canonicalJson(body));
  }
  return next;
}

test('every content of a history reads back as it was, whole and entry by entry', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const store = new Map<string, Uint8Array>();
      const keep = (chunks: readonly Chunk[]): void => {
        for (const { hash, bytes } of chunks) store.set(hash, bytes);
      };
      const read = async (hash: string): Promise<Uint8Array | undefined> => store.get(hash);
      let pack: WrittenPack = writeBase(emptyContent(), 0);
      keep(pack.chunks);
      let model: Model = new Map();
      const versions: { hash: string; model: Model; size: number }[] = [];
      for (const [serial, changes] of history.entries()) {
        // The last word on an entry counts, as when commits are folded.
        const net = [
          ...new Map(changes.map((each) => [keyOf(each.kind, each.name), each])).values(),
        ];
        pack = await writeDelta(read, pack.hash, pack.weight, net, serial + 1);
        keep(pack.chunks);
        model = evolve(model, net);
        versions.push({ hash: pack.hash, model, size: pack.summary.size });
      }
      const all = kinds.flatMap((kind) =>
        Array.from({ length: 13 }, (_, n) => ({ kind, name: `n${n}` })),
      );
      for (const version of versions.filter((_, index) => index % 7 === 0 || index > 80)) {
        const entries = await readEntries(read, version.hash, all);
        const found = [...entries].filter(([, body]) => body !== null);
        expect(new Map(found.map(([key, body]) => [key, canonicalJson(body)]))).toEqual(
          version.model,
        );
        const content = await readPack(read, version.hash);
        const whole = kinds.flatMap((kind) =>
          [...content[kind]].map(
            ([name, body]) => [keyOf(kind, name), canonicalJson(body)] as const,
          ),
        );
        expect(new Map(whole)).toEqual(version.model);
        expect(writeBase(content, 1).summary.size).toBe(version.size);
      }
    }),
    { numRuns: 60 },
  );
});
