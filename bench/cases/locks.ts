import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { median, race } from '../measure.ts';
import { type Result, ratioResult } from '../Result.ts';
import { createWorkspace } from '../workspace.ts';

const ROUNDS = 400;

/** Taking and giving back a lock, in process and durable, beside two durable inserts. */
export async function benchLocks(): Promise<Result[]> {
  const workspace = createWorkspace();
  const runner = await openRunner({ db: workspace.db, env: workspace.env });
  const raw = new DatabaseSync(join(workspace.folder, 'raw.db'));
  try {
    raw.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)',
    );
    const insert = raw.prepare('INSERT INTO t (body) VALUES (?)');
    const body = 'x'.repeat(400);
    await runner.client.stacks.create({ stack: 'web' });
    const times = await race(
      [
        {
          run: () => {
            insert.run(body);
            insert.run(body);
          },
        },
        {
          run: async () => {
            await runner.client.locks.acquire({ stack: 'web' });
            await runner.client.locks.release({ stack: 'web' });
          },
        },
      ],
      ROUNDS,
    );
    const [inserts = 0, lock = 0] = times.map(median);
    return [
      ratioResult(
        'lock acquire + release, durable',
        lock,
        'two durable SQLite inserts',
        inserts,
        3,
      ),
    ];
  } finally {
    raw.close();
    await runner.close();
    workspace.dispose();
  }
}
