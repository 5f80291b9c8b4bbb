import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tcpProvider } from '../../src/providers/tcp/tcpProvider.ts';
import { describeProviders, machineIn } from './describeProviders.ts';

/** What the server below answers; a test changes it, and a timer changes it back. */
const answer = { status: 200, body: 'all is well' };
const server = createServer((_, response) => {
  response.writeHead(answer.status).end(answer.body);
});

async function listen(at: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => at.listen(port, '127.0.0.1', resolve));
  const address = at.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const port = await listen(server);
const other = createServer();
const otherPort = await listen(other);

afterAll(() => {
  server.close();
  other.close();
});

const script = `#!/bin/sh
pid=FOLDER/run/web.pid
case "$1" in
  start) sleep 1000 >/dev/null 2>&1 & echo $! > "$pid" ;;
  stop) kill "$(cat "$pid")"; rm "$pid" ;;
  status) [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null ;;
esac
`;

describeProviders([
  {
    name: 'server that answers something else for a while',
    id: `http://127.0.0.1:${port}/health`,
    type: 'http',
    properties: { url: `http://127.0.0.1:${port}/health`, body: 'all is w.ll' },
    changed: { url: `http://127.0.0.1:${port}/health`, status: 204 },
    disturb: async () => {
      Object.assign(answer, { status: 503, body: 'not now' });
      setTimeout(() => Object.assign(answer, { status: 200, body: 'all is well' }), 300);
    },
    disturbed: ['body', 'status'],
  },
  {
    name: 'port on which nothing listens for a while',
    id: `127.0.0.1:${otherPort}`,
    type: 'tcp',
    properties: { port: otherPort },
    changed: { port: 1 },
    disturb: async () => {
      await new Promise((resolve) => other.close(resolve));
      setTimeout(() => void listen(other, otherPort), 300);
    },
    disturbed: ['reachable'],
  },
  {
    name: 'text that came back into a file of others',
    type: 'replace',
    properties: { path: 'a.conf', match: '^listen .*$', with: 'listen 127.0.0.1' },
    changed: { path: 'a.conf', match: '^listen .*$', with: 'listen ::1' },
    prepare: (folder) => writeFile(join(folder, 'a.conf'), '# mine\nlisten 0.0.0.0\nlisten *\n'),
    disturb: (folder) => writeFile(join(folder, 'a.conf'), '# mine\nlisten 0.0.0.0\n'),
    disturbed: ['remaining'],
  },
  {
    name: 'service with a SysV script that was stopped and disabled',
    type: 'service',
    properties: { name: 'web', enabled: true, root: 'FOLDER' },
    changed: { name: 'web', enabled: false, root: 'FOLDER' },
    prepare: async (folder) => {
      await mkdir(join(folder, 'etc/init.d'), { recursive: true });
      const path = join(folder, 'etc/init.d/web');
      await writeFile(path, script.replaceAll('FOLDER', folder));
      await chmod(path, 0o755);
    },
    disturb: async (folder) => {
      const { rm } = await import('node:fs/promises');
      process.kill(Number(await readFile(join(folder, 'run/web.pid'), 'utf8')), 'SIGKILL');
      await rm(join(folder, 'run/web.pid'));
      await rm(join(folder, 'etc/rc2.d/S01web'));
      for (const level of [3, 4, 5]) await rm(join(folder, `etc/rc${level}.d/S01web`));
    },
    disturbed: ['enabled', 'status'],
    dispose: async (folder) => {
      const pid = await readFile(join(folder, 'run/web.pid'), 'utf8').catch(() => '');
      if (pid !== '') process.kill(Number(pid), 'SIGKILL');
    },
  },
]);

test('applying a check that stays wrong fails with what it looked like at the end', async () => {
  const machine = machineIn('/');
  const properties = { host: '127.0.0.1', port: 1, wait: 0.2 };
  const actual = await tcpProvider.read(properties, machine);
  await expect(tcpProvider.apply(properties, actual, machine)).rejects.toThrow(
    'after 0.2s reachable is false',
  );
});
