import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Properties } from '../../src/model/provider.ts';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';
import { createProviderMachine } from '../../src/sdk/providers/createProviderMachine.ts';
import { describeProviders, machineIn, type Sample } from './describeProviders.ts';
import { prepareObject } from './prepareObject.ts';

const samples: readonly Sample[] = [
  {
    name: 'file whose content is edited',
    id: 'a.conf',
    type: 'file',
    properties: { path: 'a.conf', content: 'port = 8080\n', mode: '0640' },
    changed: { path: 'a.conf', content: 'port = 9090\n', mode: '0600' },
    disturb: (folder) => writeFile(join(folder, 'a.conf'), 'port = 1\n'),
    disturbed: ['content'],
  },
  {
    name: 'file that is deleted',
    type: 'file',
    properties: { path: 'a.conf', source: 'template' },
    changed: { path: 'a.conf', content: 'other' },
    prepare: (folder) => writeFile(join(folder, 'template'), 'from a source'),
    disturb: (folder) => unlink(join(folder, 'a.conf')),
    disturbed: [],
  },
  {
    name: 'directory whose mode is changed',
    id: 'var/data',
    type: 'directory',
    properties: { path: 'var/data', mode: '0750' },
    changed: { path: 'var/data', mode: '0700' },
    disturb: async (folder) => {
      const { chmod } = await import('node:fs/promises');
      await chmod(join(folder, 'var/data'), 0o777);
    },
    disturbed: ['mode'],
  },
  {
    name: 'symlink that leads elsewhere',
    id: 'current',
    type: 'symlink',
    properties: { path: 'current', target: 'releases/2' },
    changed: { path: 'current', target: 'releases/3' },
    disturb: async (folder) => {
      await unlink(join(folder, 'current'));
      symlinkSync('releases/1', join(folder, 'current'));
    },
    disturbed: ['target'],
  },
  {
    name: 'line that is edited',
    type: 'line',
    properties: { path: 'app.ini', line: 'port = 8080', match: '^port *=' },
    changed: { path: 'app.ini', line: 'port = 9090', match: '^port *=' },
    prepare: (folder) => writeFile(join(folder, 'app.ini'), '[app]\nname = x\n'),
    disturb: async (folder) => {
      const text = await readFile(join(folder, 'app.ini'), 'utf8');
      await writeFile(join(folder, 'app.ini'), text.replace('8080', '1'));
    },
    disturbed: ['line'],
  },
  {
    name: 'template whose result is edited',
    type: 'template',
    properties: {
      path: 't',
      content: 'port = {{port}}\n',
      values: { port: 1 },
      check: 'test -s "$CANDIDATE"',
    },
    changed: { path: 't', content: 'port = {{port}}\n', values: { port: 2 } },
    disturb: (folder) => writeFile(join(folder, 't'), 'port = 3\n'),
    disturbed: ['content'],
  },
  {
    name: 'block that is edited, in a file of others',
    type: 'block',
    properties: { path: 'hosts', name: 'sloth', content: '10.0.0.1 db\n10.0.0.2 web' },
    changed: { path: 'hosts', name: 'sloth', content: '10.0.0.3 db' },
    prepare: (folder) => writeFile(join(folder, 'hosts'), '127.0.0.1 localhost\n'),
    disturb: async (folder) => {
      const text = await readFile(join(folder, 'hosts'), 'utf8');
      await writeFile(join(folder, 'hosts'), text.replace('10.0.0.2', '10.0.0.9'));
    },
    disturbed: ['content'],
  },
  {
    name: 'dotenv file with a changed value',
    type: 'dotenv',
    properties: { path: '.env', values: { PORT: 8080, GREETING: 'hello "you" there' } },
    changed: { path: '.env', values: { PORT: 9090, GREETING: 'hello "you" there' } },
    prepare: (folder) => writeFile(join(folder, '.env'), '# mine\nOTHER=1\n'),
    disturb: async (folder) => {
      const text = await readFile(join(folder, '.env'), 'utf8');
      await writeFile(join(folder, '.env'), text.replace('8080', '1'));
    },
    disturbed: ['PORT'],
  },
  {
    name: 'command with scripts of its own',
    type: 'command',
    properties: {
      read: 'cat object.json 2>/dev/null || true',
      apply: 'printf "%s" "$WANTED" > object.json',
      delete: 'rm object.json',
      attributes: { size: 3, tags: ['a'] },
    },
    changed: {
      read: 'cat object.json 2>/dev/null || true',
      apply: 'printf "%s" "$WANTED" > object.json',
      delete: 'rm object.json',
      attributes: { size: 4, tags: ['a'] },
    },
    disturb: (folder) =>
      writeFile(join(folder, 'object.json'), '{"size":2,"tags":["a"],"extra":1}'),
    disturbed: ['size'],
  },
  {
    name: 'process that is stopped',
    type: 'process',
    properties: { command: 'sleep 1000', pidfile: 'run/p.pid', env: { A: '1' } },
    changed: { command: 'sleep 1001', pidfile: 'run/p.pid', env: { A: '1' } },
    disturb: async (folder) => {
      const [pid] = (await readFile(join(folder, 'run/p.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      while (processStart(Number(pid)) !== undefined) await new Promise((r) => setTimeout(r, 5));
    },
    disturbed: ['status'],
  },
];

describeProviders(samples);

test('a file comes from an URL, and only as the checksum says', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/there' ? 200 : 404).end('from afar');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
  const provider = await findProvider('file');
  if (provider === undefined) throw new Error('no provider');
  const machine = machineIn(folder);
  const apply = async (path: string, more: Properties): Promise<void> => {
    const source = `http://127.0.0.1:${port}/${path}`;
    const properties = provider.prepare({ path: 'f', source, ...more }, machine);
    await provider.apply(properties, await provider.read(properties, machine), machine);
  };
  await expect(apply('missing', {})).rejects.toThrow('answers with status 404');
  const wrong = apply('there', { checksum: `sha256:${'0'.repeat(64)}` });
  await expect(wrong).rejects.toThrow('its source gives sha256:');
  expect(readdirSync(folder)).toEqual([]);
  await apply('there', {});
  expect(await readFile(join(folder, 'f'), 'utf8')).toBe('from afar');
  server.close();
  await rm(folder, { recursive: true });
});

describe('files that others write too', () => {
  const declarations: readonly (readonly [string, Properties])[] = [
    ['line', { path: 'f', line: 'port = 1', match: '^port *=' }],
    ['block', { path: 'f', name: 'x', content: 'a\nb' }],
    ['dotenv', { path: 'f', values: { PORT: '1' } }],
  ];
  test.each(declarations)(
    '%s leaves the rest as it was, and leaves it behind',
    async (type, given) => {
      const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
      const provider = await findProvider(type);
      if (provider === undefined) throw new Error(`no provider for ${type}`);
      const signal = new AbortController().signal;
      const machine = createProviderMachine({ workdir: folder, env: {}, signal });
      const properties = provider.prepare(given, machine);
      const path = join(folder, 'f');
      const others = '# a comment\nOTHER=1\n';
      await writeFile(path, others, { mode: 0o640 });
      await provider.apply(properties, await provider.read(properties, machine), machine);
      const between = await readFile(path, 'utf8');
      expect(between.startsWith(others)).toBe(true);
      expect(between.length).toBeGreaterThan(others.length);
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      await provider.delete(properties, machine);
      expect(await readFile(path, 'utf8')).toBe(others);
      await rm(folder, { recursive: true });
    },
  );

  test('a template whose check refuses, or that names what has no value, leaves the old file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
    const provider = await findProvider('template');
    if (provider === undefined) throw new Error('no provider for template');
    const signal = new AbortController().signal;
    const env = { PATH: process.env.PATH ?? '' };
    const machine = createProviderMachine({ workdir: folder, env, signal });
    await writeFile(join(folder, 't'), 'old');
    const apply = async (given: Properties): Promise<void> => {
      const properties = provider.prepare({ path: 't', ...given }, machine);
      await provider.apply(properties, await provider.read(properties, machine), machine);
    };
    const refused = apply({ content: 'new', check: 'echo bad line 1 >&2; exit 3' });
    await expect(refused).rejects.toThrow('its check refused the new file (status 3): bad line 1');
    await expect(apply({ content: '{{port}}' })).rejects.toThrow("'port', which has no value");
    expect(await readFile(join(folder, 't'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['t']);
    await rm(folder, { recursive: true });
  });
});

describe('what a process started', () => {
  const pidOf = async (path: string): Promise<number> =>
    Number((await readFile(path, 'utf8')).split('\n')[0]);
  const isAlive = (pid: number): boolean => processStart(pid) !== undefined;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('one program is known by its own number; of several the shell is, and none outlives it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
    const machine = machineIn(folder);
    const command = 'sleep 1000 & echo $! > child; sleep 1000; true';
    const one = await prepareObject('process', machine, { command: 'sleep 99', pidfile: 'one' });
    const several = await prepareObject('process', machine, { command, pidfile: 'several' });
    for (const { apply } of [one, several]) await apply();
    await until(() => existsSync(join(folder, 'child')));
    const [program, leader] = [
      await pidOf(join(folder, 'one')),
      await pidOf(join(folder, 'several')),
    ];
    const child = await pidOf(join(folder, 'child'));
    expect(readFileSync(`/proc/${program}/cmdline`, 'utf8')).toBe('sleep\u000099\u0000');

    process.kill(leader, 'SIGKILL');
    await until(() => !isAlive(leader));
    expect(await several.read()).toMatchObject({ attributes: { status: 'stopped' } });
    await several.apply();
    expect(isAlive(child)).toBe(false);
    expect(await several.read()).toMatchObject({ attributes: { status: 'running' } });

    for (const { remove } of [one, several]) await remove();
    expect([program, await pidOf(join(folder, 'child'))].map(isAlive)).toEqual([false, false]);
    await rm(folder, { recursive: true });
  });
});
