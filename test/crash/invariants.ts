import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { foldLog } from '../../src/backend/foldLog.ts';
import { createSqliteView } from '../../src/backends/sqlite/createSqliteView.ts';
import { entriesOf } from '../../src/model/content.ts';
import { type EntryKind, entryKinds } from '../../src/model/entry.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { decodeState } from '../../src/services/snapshots/stateCodec.ts';

const everything = (Object.keys(entryKinds) as EntryKind[]).map((kind) => ({ kind }));

/** The tables that people and tools read must say what the log says, for every stack. */
export async function expectProjectionsToEqualTheLog(path: string): Promise<void> {
  const view = createSqliteView(path, Date.now);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    for (const { lineage, name } of await view.list()) {
      const [cut] = [
        ...((await view.read({ lineage }, [{ kind: 'cut' }]))?.content.cut.values() ?? []),
      ];
      const commits = await view.commits(lineage, { after: cut?.serial ?? 0 });
      const state = cut && (await view.chunk(cut.state));
      const folded = foldLog(lineage, commits, state && decodeState(state));
      const stored = await view.read({ lineage }, everything);
      expect(stored?.head).toEqual(folded.head);
      expect([...entriesOf(stored?.content ?? folded.content)]).toEqual([
        ...entriesOf(folded.content),
      ]);
      const all = (await view.events({ lineage })).events;
      // Those of commits that are about to be removed may still be there.
      const events = all.filter((each) => each.serial > (cut?.serial ?? 0));
      expect(events.map((each) => [each.serial, each.index, each.type, each.message])).toEqual(
        commits.flatMap((commit) =>
          commit.events.map((each, index) => [commit.serial, index, each.type, each.message]),
        ),
      );
      const row = database.prepare('SELECT * FROM stacks WHERE name = ?').get(name);
      expect(row).toMatchObject({
        status: folded.head.status,
        version: folded.head.version,
        execution_count: folded.head.executionCount,
        serial: folded.head.serial,
      });
      const locks = database.prepare('SELECT locked_by FROM state_locks WHERE stack_id = ?');
      expect(locks.all(Number(row?.id)).map((each) => each.locked_by)).toEqual(
        folded.head.lock === null ? [] : [folded.head.lock.lockedBy],
      );
      const versions = database.prepare(
        'SELECT version FROM state_versions WHERE stack_id = ? ORDER BY id',
      );
      expect(versions.all(Number(row?.id)).map((each) => each.version)).toEqual([
        ...folded.content.snapshot.keys(),
      ]);
    }
  } finally {
    database.close();
    await view.close();
  }
}

/** Nothing of a dead process is left: no lock, no open execution, no task that seems to run. */
export async function expectNothingStuck(runner: Runner): Promise<void> {
  const { client } = runner;
  for (const { name: stack, locked, status } of await client.stacks.list()) {
    expect(locked).toBe(false);
    expect(status).not.toBe('running');
    expect((await client.locks.status({ stack })).waiters).toEqual([]);
    const { executions } = await client.executions.list({ stack });
    expect(executions.filter((each) => each.status === 'running')).toEqual([]);
    if (executions.length === 0) continue;
    const { tasks } = await client.executions.show({ stack });
    expect(tasks.filter((each) => each.status === 'running')).toEqual([]);
  }
}

/** The chain of every log verifies from its first commit to its head. */
export async function expectLogsToVerify(runner: Runner): Promise<void> {
  for (const { name } of await runner.client.stacks.list()) {
    expect(await runner.stacks.verifyLog(name)).toMatchObject({ ok: true });
  }
}

/** How often each task really ran, by the ledger that the tasks write themselves. */
export function readLedger(path: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of readFileSync(path, 'utf8').split('\n')) {
    if (task !== '') counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
}
