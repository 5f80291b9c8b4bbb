import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Properties } from '../../src/model/provider.ts';
import { tcpProvider } from '../../src/providers/tcp/tcpProvider.ts';
import { describeProviders, machineIn } from './describeProviders.ts';
import { type PreparedObject, prepareObject } from './prepareObject.ts';

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

describe('a check over HTTP', () => {
  const base = `http://127.0.0.1:${port}`;
  const ready = (properties: Properties): Promise<PreparedObject> =>
    prepareObject('http', machineIn('/'), properties);

  test('has an identity of its own, and tells no secret by it or by what it suggests', async () => {
    const secrets = { url: `http://u:hunter2@127.0.0.1:${port}/a?token=abc123` };
    const samples = await Promise.all([
      ready({ url: `${base}/a` }),
      ready(secrets),
      ready({ ...secrets, url: secrets.url.replace('abc123', 'abc124') }),
      ready({ url: `${base}/a`, headers: { Authorization: 'hunter2' } }),
      ready({ url: `${base}/a`, headers: { Host: 'b' } }),
    ]);
    const told = samples.map(({ provider, properties }) => [
      provider.identity(properties),
      provider.suggest(properties, 'status'),
    ]);
    expect(new Set(told.map(([identity]) => identity)).size).toBe(samples.length);
    expect(JSON.stringify(told)).not.toMatch(/hunter2|abc12/);
    expect(told[0]).toEqual([
      `GET ${base}/a`,
      `$ curl --include --globoff --request GET ${base}/a`,
    ]);
  });

  test('sends what its URL says of a user, and reads no answer that never ends to its end', async () => {
    const seen: (string | undefined)[] = [];
    const endless = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200).write('first\n');
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const at = await listen(endless);
    const check = await ready({ url: `http://ann%40x:p%3Aw@127.0.0.1:${at}/`, body: '^first' });
    const attributes = await check.provider.expected(check.properties, check.machine);
    expect(await check.read()).toEqual({ exists: true, attributes });
    expect(seen).toEqual([`Basic ${Buffer.from('ann@x:p:w').toString('base64')}`]);
    endless.closeAllConnections();
    endless.close();
  });

  test('leaves alone what it is told to, and has nothing to put back', async () => {
    const check = await ready({ url: `${base}/`, status: 204, body: 'other' });
    const left = check.provider.leaving?.(check.properties, ['status', 'body'], {}) ?? {};
    expect(await check.provider.expected(left, check.machine)).toEqual({ reachable: true });
    await check.provider.apply(left, await check.read(), check.machine);
    await check.putBack(await check.keep('update'));
  });

  test('takes an answer for what is expected only where that will be so', async () => {
    const { provider, properties, machine } = await ready({ url: `${base}/`, body: 'x' });
    const take = async (body: string): Promise<unknown> =>
      provider.take?.(properties, { reachable: true, status: 200, body }, machine);
    expect(await take('all is well')).toMatchObject({ body: 'all is well', status: 200 });
    await expect(take('1 + 1')).rejects.toThrow('write a pattern for its body by hand');
    await expect(take('f(')).rejects.toThrow('no regular expression');
  });
});

test.each([
  ['http', { url: 'ftp://x:hunter2@y' }, 'its url is none of HTTP'],
  ['http', { url: 'http://:hunter2' }, 'its url is none of HTTP'],
  ['http', { url: 'http://a', body: '(' }, 'is no regular expression'],
  ['http', { url: 'http://a', status: 1000 }, '1000 is no status'],
  ['http', { url: 'http://a', method: 'G T' }, 'is no method'],
  ['http', { url: 'http://a', headers: { 'a b': 'x' } }, 'invalid header name'],
  ['tcp', { port: 0 }, '0 is no port'],
  ['tcp', { port: 80.5 }, '80.5 is no port'],
  ['tcp', { port: 80, host: '' }, 'its host is empty'],
])('a declaration is refused: %s %j', async (type, properties, reason) => {
  const refusal = await prepareObject(type, machineIn('/'), properties as Properties).catch(String);
  expect(refusal).toContain(reason);
  expect(refusal).not.toContain('hunter2');
});

test('a port is named by an address with colons, too', async () => {
  const { adopt } = tcpProvider;
  expect(await adopt?.('[::1]:80', machineIn('/'))).toEqual({ host: '::1', port: 80 });
  const check = await prepareObject('tcp', machineIn('/'), { port: 1 });
  const left = check.provider.leaving?.(check.properties, ['reachable'], {}) ?? {};
  expect(await check.provider.expected(left, check.machine)).toEqual({});
});

test('applying a check that stays wrong fails with what it looked like at the end', async () => {
  const machine = machineIn('/');
  const properties = { host: '127.0.0.1', port: 1, wait: 0.2 };
  const actual = await tcpProvider.read(properties, machine);
  await expect(tcpProvider.apply(properties, actual, machine)).rejects.toThrow(
    'after 0.2s reachable is false',
  );
});
