import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { expectOutput, testStore } from '../testing/testStore.ts';

const store = testStore();
const stack = 'web';

test('snapshots are made, told and compared as the schemas say', async () => {
  const { snapshots, state } = store.runner.client;
  await store.runner.client.stacks.create({ stack });
  const created = await snapshots.create({ stack, tags: ' good, ,first', creator: 'ann' });
  expectOutput('snapshots.create', created);
  expect(created).toMatchObject({ version: 'v1', tags: ['good', 'first'], creator: 'ann' });
  await state.set({ stack, key: 'a', value: 1 });
  await snapshots.create({ stack, tags: ['b,c'] });

  const list = await snapshots.list({ stack, limit: 1 });
  expectOutput('snapshots.list', list);
  expect([list.snapshots.map((each) => each.version), list.total]).toEqual([['v2'], 2]);
  expect((await snapshots.list({ stack, tag: 'good' })).total).toBe(1);
  expect((await snapshots.list({ stack, since: 60_000, creator: 'ann' })).total).toBe(1);

  const shown = await snapshots.show({ stack, version: 'latest' });
  expectOutput('snapshots.show', shown);
  expect(shown.intact).toBe(true);
  const compared = await snapshots.compare({ stack, from: 'v1', to: 'current' });
  expectOutput('snapshots.compare', compared);
  expect(compared.values).toMatchObject([{ name: 'a', change: 'added' }]);
  const verified = await snapshots.verify({ stack });
  expectOutput('snapshots.verify', verified);
  expect(verified.snapshots.map((each) => each.whole)).toEqual([true, true]);
});

test('labels are changed, and what is protected stays', async () => {
  const { snapshots } = store.runner.client;
  await store.runner.client.stacks.create({ stack });
  await snapshots.create({ stack });
  const version = 'v1';
  const tagged = await snapshots.tag({ stack, version, tags: 'a,b' });
  expectOutput('snapshots.tag', tagged);
  const untagged = await snapshots.untag({ stack, version, tags: ['a'] });
  expectOutput('snapshots.untag', untagged);
  expect([tagged.tags, untagged.tags]).toEqual([['a', 'b'], ['b']]);
  const none = snapshots.tag({ stack, version, tags: ' , ' });
  await expect(none).rejects.toMatchObject({ details: { field: 'tags' } });

  expectOutput('snapshots.protect', await snapshots.protect({ stack, version }));
  const refused = snapshots.delete({ stack, version });
  await expect(refused).rejects.toMatchObject({ code: 'snapshot.protected' });
  expectOutput('snapshots.preview_prune', await snapshots.previewPrune({ stack }));
  expectOutput('snapshots.prune', await snapshots.prune({ stack }));
  expectOutput('snapshots.unprotect', await snapshots.unprotect({ stack, version }));
  expectOutput('snapshots.delete', await snapshots.delete({ stack, version }));
  expect((await snapshots.list({ stack })).total).toBe(0);
});

test('a restore is looked at, done and undone; part and resource exclude each other', async () => {
  const { snapshots, state } = store.runner.client;
  await store.runner.client.stacks.create({ stack });
  await state.set({ stack, key: 'a', value: 1 });
  await snapshots.create({ stack });
  await state.set({ stack, key: 'a', value: 2 });
  const preview = await snapshots.previewRestore({ stack, version: 'v1' });
  expectOutput('snapshots.preview_restore', preview);
  expect(preview.comparison.values).toHaveLength(1);
  const both = snapshots.restore({ stack, version: 'v1', only: 'values', resource: 'file.a' });
  await expect(both).rejects.toMatchObject({ details: { field: 'resource' } });
  const restored = await snapshots.restore({ stack, version: 'v1' });
  expectOutput('snapshots.restore', restored);
  expect((await state.get({ stack, key: 'a' })).value).toBe(1);
  await snapshots.restore({ stack, version: restored.undo });
  expect((await state.get({ stack, key: 'a' })).value).toBe(2);
});

test('a snapshot goes to a file and comes back, over nothing that is there', async () => {
  const { snapshots } = store.runner.client;
  await store.runner.client.stacks.create({ stack });
  await snapshots.create({ stack });
  const exported = await snapshots.export({ stack, version: 'v1', file: 'v1.gz' });
  expectOutput('snapshots.export', exported);
  expect(existsSync(join(dirname(store.runner.location.path), 'v1.gz'))).toBe(true);
  const again = snapshots.export({ stack, version: 'v1', file: 'v1.gz' });
  await expect(again).rejects.toMatchObject({ code: 'output.file_exists' });
  const imported = await snapshots.import({ stack, file: 'v1.gz' });
  expectOutput('snapshots.import', imported);
  expect(imported).toMatchObject({ version: 'v2', status: 'imported' });
});
