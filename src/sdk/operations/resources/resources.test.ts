import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { operations } from '../operations.ts';
import { testStore } from '../testing/testStore.ts';

const given = { stack: 'web', resource: 'file.f' };
const store = testStore();
beforeEach(async () => {
  writeFileSync(join(store.folder, 'f'), 'theirs');
  const file = join(store.folder, 'w.sloth');
  writeFileSync(
    file,
    'workflow.define("w"):resources({ resource.file("f", { path = "f", content = "ours" }) })',
  );
  await store.runner.run({ file, stack: 'web', report: () => {} });
});

test('what an object was is listed, given and put back as the schemas say', async () => {
  const { resources } = store.runner.client;
  const history = await resources.history(given);
  expect(v.parse(operations['resources.history'].output, history)).toEqual(history);
  expect(history.images).toMatchObject([{ status: 'updating', origin: 'found', bytes: 6 }]);
  const from = history.images[0]?.id ?? '';

  const content = await resources.content({ ...given, from });
  expect(v.parse(operations['resources.content'].output, content)).toEqual(content);
  expect(Buffer.from(content.content, 'base64').toString()).toBe('theirs');
  expect(readFileSync(join(store.folder, 'f'), 'utf8')).toBe('ours');

  const restored = await resources.restore({ ...given, from });
  expect(v.parse(operations['resources.restore'].output, restored)).toEqual(restored);
  expect(readFileSync(join(store.folder, 'f'), 'utf8')).toBe('theirs');
});

test('a missing field is named, and the object left alone', async () => {
  const asked = store.runner.client.resources.restore(given as never);
  await expect(asked).rejects.toMatchObject({ details: { field: 'from' } });
  expect(readFileSync(join(store.folder, 'f'), 'utf8')).toBe('ours');
});
