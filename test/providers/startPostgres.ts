import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A server of its own, on loopback, gone when it is stopped. */
export interface PostgresServer {
  /** As its first role, on its first database. */
  readonly url: string;
  readonly query: (text: string, database?: string) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = 65534;

/** Starts PostgreSQL; `undefined` where its programs are not on this machine. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const programs = findPrograms();
  if (programs === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sloth-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' } };
  const flags = ['--auth=trust', '--username=tester', '--encoding=UTF8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), [...flags, '-D', data], { ...options, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `postgres://tester@127.0.0.1:${port}/postgres`;
  const query = async (text: string, database = 'postgres'): Promise<unknown> => {
    const client = new pg.Client({ connectionString: url, database });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  await untilReady(query);
  return {
    url,
    query,
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | undefined {
  const base = '/usr/lib/postgresql';
  const places = existsSync(base) ? readdirSync(base).map((name) => join(base, name, 'bin')) : [];
  const onPath = (process.env.PATH ?? '').split(':');
  return [...places, ...onPath].find((place) => existsSync(join(place, 'postgres')));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilReady(query: (text: string) => Promise<unknown>): Promise<void> {
  for (let left = 200; ; left--) {
    try {
      await query('SELECT 1');
      return;
    } catch (error) {
      if (left === 0) throw error;
      await delay(50);
    }
  }
}
