import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRunner } from '../../openRunner.ts';
import type { Runner } from '../../Runner.ts';
import { operations } from '../operations.ts';

const given = { stack: 'web', resource: 'file.f' };
let folder: string;
let runner: Runner;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-operations-'));
  runner = await openRunner({ db: join(folder, 'stacks.db'), env: { HOME: folder }, cwd: folder });
  writeFileSync(join(folder, 'f'), 'theirs');
  const file = join(folder, 'w.sloth');
  writeFileSync(
    file,
    'workflow.define("w"):resources({ resource.file("f", { path = "f", content = "ours" }) })',
  );
  await runner.run({ file, stack: 'web', report: () => {} });
});
afterEach(async () => {
  await runner.close();
  rmSync(folder, { recursive: true, force: true });
});

test('what an object was is listed, given and put back as the schemas say', async () => {
  const { resources } = runner.client;
  const history = await resources.history(given);
  expect(v.parse(operations['resources.history'].output, history)).toEqual(history);
  expect(history.images).toMatchObject([{ status: 'updating', origin: 'found', bytes: 6 }]);
  const from = history.images[0]?.id ?? '';

  const content = await resources.content({ ...given, from });
  expect(v.parse(operations['resources.content'].output, content)).toEqual(content);
  expect(Buffer.from(content.content, 'base64').toString()).toBe('theirs');
  expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('ours');

  const restored = await resources.restore({ ...given, from });
  expect(v.parse(operations['resources.restore'].output, restored)).toEqual(restored);
  expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('theirs');
});

test('a missing field is named, and the object left alone', async () => {
  const asked = runner.client.resources.restore(given as never);
  await expect(asked).rejects.toMatchObject({ details: { field: 'from' } });
  expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('ours');
});
