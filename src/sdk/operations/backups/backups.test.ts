import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Operation } from '../Operation.ts';
import { operations } from '../operations.ts';
import { testStore } from '../testing/testStore.ts';

const store = testStore();

test('a backup is made, listed, verified and put back as the schemas say', async () => {
  const { backups } = store.runner.client;
  await store.runner.client.stacks.create({ stack: 'web' });
  const made = await backups.create({ file: 'one.bak' });
  expect(v.parse(operations['backups.create'].output, made)).toEqual(made);
  expect(made).toMatchObject({ path: join(store.folder, 'one.bak'), reason: 'manual' });
  await backups.create();
  const list = await backups.list();
  expect(v.parse(operations['backups.list'].output, list)).toEqual(list);
  expect(list.filter(({ reason }) => reason === 'manual')).toHaveLength(1);

  const verdict = await backups.verify({ backup: 'one.bak' });
  expect(v.parse(operations['backups.verify'].output, verdict)).toEqual(verdict);
  expect(verdict).toMatchObject({ whole: true, stacks: [{ stack: 'web', snapshots: 0 }] });

  await store.runner.client.stacks.create({ stack: 'later' });
  const preview = await backups.previewRestore({ backup: 'one.bak' });
  expect(v.parse(operations['backups.preview_restore'].output, preview)).toEqual(preview);
  const restored = await backups.restore({ backup: 'one.bak' });
  expect(v.parse(operations['backups.restore'].output, restored)).toEqual(restored);
  expect(restored.stacks).toEqual(preview.stacks);
  expect(restored.stacks).toContainEqual({ stack: 'later', now: 1, backed_up: null });
  expect((await store.runner.client.stacks.list()).map(({ name }) => name)).toEqual(['web']);
  await backups.restore({ backup: restored.undo.name });
  expect(await store.runner.client.stacks.list()).toHaveLength(2);
});

test.each([
  ['a file that is no database', 'text'],
  ['a store.folder', '.'],
])('%s is refused, and nothing is put back', async (_, backup) => {
  writeFileSync(join(store.folder, 'text'), 'x'.repeat(10_000));
  await store.runner.client.stacks.create({ stack: 'web' });
  for (const id of ['backups.verify', 'backups.preview_restore', 'backups.restore'] as const) {
    const asked: Operation = operations[id];
    const code = await store.runner.call(asked, { backup }).then(
      () => '',
      (error: { code: string }) => error.code,
    );
    expect(asked.errors).toContain(code);
  }
  expect(await store.runner.client.stacks.list()).toHaveLength(1);
});

test.each([[''], ['a\0b'], ['x'.repeat(5000)], [7]])('no path is refused: %j', async (file) => {
  const asked = store.runner.client.backups.create({ file: file as string });
  await expect(asked).rejects.toMatchObject({
    code: 'usage.bad_input',
    details: { field: 'file' },
  });
  expect(existsSync(join(store.folder, 'backups', 'manual'))).toBe(false);
});
