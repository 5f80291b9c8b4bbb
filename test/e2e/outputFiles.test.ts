import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

test.each([
  ['snapshot', 'export', 's', 'latest', '--output', 'there'],
  ['deps', 'graph', '--all', '--format', 'svg', '--output', 'there'],
])('%s %s writes over no file unless it is told to', async (...command) => {
  const box = createSandbox();
  await box.sloth('stack', 'new', 's');
  await box.sloth('stack', 'snapshot', 'create', 's');
  const path = box.write('there', 'of somebody');
  const refused = await box.sloth('stack', ...command);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--force')]);
  expect(readFileSync(path, 'utf8')).toBe('of somebody');
  const forced = await box.sloth('stack', ...command, '--force');
  expect([forced.stderr, forced.status]).toEqual(['', 0]);
  expect(readFileSync(path, 'utf8')).not.toBe('of somebody');
  expect(readdirSync(box.folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('what was kept of an object goes to standard output, byte for byte', async () => {
  const box = createSandbox();
  const file = (content: string): string =>
    `workflow.define("w"):resources({ resource.file("f", { path = "f", content = "${content}" }) })`;
  box.write('f', 'a \x1b[31mb\nwithout an end');
  box.write('w.sloth', file('ours'));
  expect((await box.sloth('run', '-f', 'w.sloth', '-s', 's')).status).toBe(0);
  const history = await box.sloth('stack', 'resource', 'history', 's', 'file.f', '--json');
  const { images } = JSON.parse(history.stdout) as { images: { id: string }[] };
  const id = images[0]?.id ?? '';
  const shown = await box.sloth(
    'stack',
    'resource',
    'restore',
    's',
    'file.f',
    '--from',
    id,
    '-o',
    '-',
  );
  expect([shown.stdout, shown.stderr]).toEqual(['a \x1b[31mb\nwithout an end', '']);
  expect(existsSync(join(box.folder, '-'))).toBe(false);
});
