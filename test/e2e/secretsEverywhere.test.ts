import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandTable } from '../../src/cli/commandTable.ts';
import { DRIFT, everyCommand, LEFT_OUT, PRE_IMAGE } from './everyCommand.ts';
import { changeObjects, plantProject, secrets } from './plantedProject.ts';
import { secretsIn } from './plantedSecrets.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';

let server: Server;
let origin: string;
beforeAll(async () => {
  // What answers repeats what it was asked with, as many do in their errors.
  server = createServer((request, response) => {
    response.statusCode = request.url?.startsWith('/good') ? 200 : 500;
    response.end(`${request.url} ${JSON.stringify(request.headers)}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** All that a command may have left, by its path: what is compressed, unpacked. */
function* leftBehind({ folder }: Sandbox): Generator<readonly [string, Buffer]> {
  for (const place of ['state', 'config', 'cache', 'tmp', 'left']) {
    const root = join(folder, place);
    if (!existsSync(root)) continue;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      yield [`the name of ${path}`, Buffer.from(path)];
      if (!entry.isFile()) continue;
      const bytes = readFileSync(path);
      yield [path, bytes];
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) yield [`${path} unpacked`, gunzipSync(bytes)];
    }
  }
}

/** What a command printed, by what was typed; the first words of it are enough to find it. */
type Told = readonly [typed: string, ended: Ended];

/** Runs every command twice, for machines and with all details. */
async function* runEveryCommand(box: Sandbox): AsyncGenerator<Told> {
  let preImage = '';
  for (const line of everyCommand()) {
    if (line === DRIFT) changeObjects(box);
    else
      for (const flag of ['--json', '--verbose']) {
        const words = line.map((each) => (each === PRE_IMAGE ? preImage : each));
        // What comes after '--' is no flag.
        const end = words.includes('--') ? words.indexOf('--') : words.length;
        const ended = await box.sloth(...words.slice(0, end), flag, ...words.slice(end));
        preImage = /\bp\d+\b/.exec(ended.stdout)?.[0] ?? preImage;
        yield [[...line.slice(0, 4), flag].join(' '), ended];
      }
  }
}

test('every command is among those that are tried', () => {
  const tried = everyCommand().map((line) => `${line.join(' ')} `);
  const isTried = (path: readonly string[]): boolean =>
    tried.some((line) => line.startsWith(`${path.join(' ')} `));
  const forgotten = commandTable.filter(
    ({ path, aliases = [], hidden }) => hidden !== true && ![path, ...aliases].some(isTried),
  );
  expect(forgotten.map(({ path }) => path.join(' ')).sort()).toEqual([...LEFT_OUT].sort());
});

test('no secret gets out, whichever way it came in, and whatever is asked for', async () => {
  const box = createSandbox();
  plantProject(box, origin);
  const [leaks, refused] = [new Set<string>(), new Set<string>()];
  const seen = (where: string, bytes: Buffer | string): void => {
    for (const leak of secretsIn(secrets, bytes)) leaks.add(`${where}: ${leak}`);
  };
  // It goes with its process, before the last command.
  const pidFile = join(box.folder, 'objects/server.pid');
  let isSeen = false;
  try {
    for await (const [typed, { status, stdout, stderr }] of runEveryCommand(box)) {
      if (status === 64) refused.add(`${typed}: ${stderr}${stdout}`);
      seen(`what '${typed}' printed`, stdout + stderr);
      if (existsSync(pidFile)) seen('objects/server.pid', readFileSync(pidFile));
      isSeen ||= existsSync(pidFile);
    }
    for (const [path, bytes] of leftBehind(box)) seen(path, bytes);
  } finally {
    await box.shell(
      '[ ! -e objects/server.pid ] || kill "$(head -n 1 objects/server.pid)" || true',
    );
  }
  // A command that was refused has told nothing.
  expect([...refused]).toEqual([]);
  expect([...leaks]).toEqual([]);
  expect(isSeen).toBe(true);
}, 600_000);
