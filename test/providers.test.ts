import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { Properties } from '../src/model/provider.ts';
import { findProvider } from '../src/sdk/providers/builtinProviders.ts';
import { createProviderMachine } from '../src/sdk/providers/createProviderMachine.ts';
import { providerConformance } from '../src/testing/providerConformance.ts';

interface Sample {
  readonly name: string;
  readonly type: string;
  readonly properties: Properties;
  readonly changed: Properties;
  readonly disturb: (folder: string) => Promise<void>;
  readonly disturbed: readonly string[];
  readonly prepare?: (folder: string) => Promise<void>;
}

const samples: readonly Sample[] = [
  {
    name: 'file whose content is edited',
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
      const { processStart } = await import('../src/sdk/process/processStart.ts');
      while (processStart(Number(pid)) !== undefined) await new Promise((r) => setTimeout(r, 5));
    },
    disturbed: ['status'],
  },
];

describe.each(samples)('provider of a $name', (sample) => {
  const cases = providerConformance(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
    const provider = await findProvider(sample.type);
    if (provider === undefined) throw new Error(`no provider for ${sample.type}`);
    mkdirSync(join(folder, 'run'));
    await sample.prepare?.(folder);
    const machine = createProviderMachine({
      workdir: folder,
      env: { PATH: process.env.PATH ?? '' },
      signal: new AbortController().signal,
    });
    return {
      provider,
      machine,
      properties: sample.properties,
      changed: sample.changed,
      disturb: () => sample.disturb(folder),
      disturbed: sample.disturbed,
      dispose: async () => {
        await provider.delete(provider.prepare(sample.properties, machine), machine);
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
  test.each(cases)('$name', ({ run }) => run());
});
