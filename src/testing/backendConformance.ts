import assert from 'node:assert/strict';
import type { Chunk } from '../backend/Chunk.ts';
import { foldLog } from '../backend/foldLog.ts';
import type { StateBackend } from '../backend/StateBackend.ts';
import { sha256 } from '../backend/sha256.ts';
import { verifyLog } from '../backend/verifyLog.ts';
import { putEntry } from '../model/change.ts';
import { contentOf, entriesOf } from '../model/content.ts';
import { type EntryKind, entryKinds } from '../model/entry.ts';
import { event } from '../model/event.ts';
import { append, created } from './append.ts';
import type { ConformanceCase } from './ConformanceCase.ts';
import { commitRun, nextCommit } from './commitFactory.ts';
import { relationCases } from './relationCases.ts';
import { sampleHistory, sampleOutput, sampleValue } from './sampleHistory.ts';

/** Two clients of one empty store, as two processes would open it. */
export interface BackendClients {
  readonly first: StateBackend;
  readonly second: StateBackend;
  /** Closes both and removes the store. */
  readonly dispose: () => Promise<void>;
}

/** All that a driver hands in. */
export type BackendFactory = () => Promise<BackendClients>;

const everything = (Object.keys(entryKinds) as EntryKind[]).map((kind) => ({ kind }));

/**
 * The contract of `StateBackend`, point by point, always with two clients of one store. A driver
 * conforms when every case passes; differences between drivers are capabilities, not other cases.
 */
export function backendConformance(factory: BackendFactory): ConformanceCase[] {
  const test = (
    name: string,
    body: (first: StateBackend, second: StateBackend) => Promise<void>,
  ): ConformanceCase => ({
    name,
    run: async () => {
      const clients = await factory();
      try {
        await body(clients.first, clients.second);
      } finally {
        await clients.dispose();
      }
    },
  });

  return [
    test('what one client appends, the other reads at once', async (first, second) => {
      const commit = created('l1', 'web');
      assert.deepEqual(await append(first, [commit]), { status: 'appended' });
      const view = await second.read({ name: 'web' }, []);
      assert.equal(view?.head.serial, 1);
      assert.equal(view?.head.hash, commit.hash);
      assert.equal(view?.head.lineage, 'l1');
      assert.deepEqual(await second.commits('l1'), [commit]);
    }),

    test('a stack that is not there reads as nothing', async (first) => {
      assert.equal(await first.read({ name: 'none' }, everything), undefined);
      assert.equal(await first.read({ lineage: 'none' }, everything), undefined);
      assert.deepEqual(await first.commits('none'), []);
      assert.deepEqual((await first.events({ lineage: 'none' })).events, []);
      assert.equal(await first.chunk(sha256('none')), undefined);
    }),

    test('a serial is taken once: the second writer is told of the conflict', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      const mine = nextCommit('l1', start, { changes: [sampleValue('a', 1)] });
      const theirs = nextCommit('l1', start, { changes: [sampleValue('a', 2)] });
      assert.equal((await append(first, [mine])).status, 'appended');
      assert.equal((await append(second, [theirs])).status, 'conflict');
      assert.deepEqual(await second.commits('l1'), [start, mine]);
    }),

    test('of many racing appends for one serial exactly one wins', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          append(index % 2 ? first : second, [
            nextCommit('l1', start, { changes: [sampleValue('a', index)] }),
          ]),
        ),
      );
      assert.equal(outcomes.filter((each) => each.status === 'appended').length, 1);
      assert.equal(outcomes.filter((each) => each.status === 'conflict').length, 39);
      assert.equal((await first.commits('l1')).length, 2);
    }),

    test('serials are dense: an append that would leave a gap is a conflict', async (first) => {
      const start = created('l1', 'web');
      const skipped = nextCommit('l1', nextCommit('l1', start));
      await append(first, [start]);
      assert.equal((await append(first, [skipped])).status, 'conflict');
      assert.equal((await append(first, [nextCommit('l2', start)])).status, 'conflict');
    }),

    test('a commit whose parent is not the newest hash is a conflict', async (first) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      const forged = nextCommit('l1', { serial: 1, hash: sha256('another history') });
      assert.equal((await append(first, [forged])).status, 'conflict');
    }),

    test('a lineage starts once', async (first, second) => {
      assert.equal((await append(first, [created('l1', 'web')])).status, 'appended');
      assert.equal((await append(second, [created('l1', 'other')])).status, 'conflict');
    }),

    test('an append of several commits is all or nothing', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      const batch = commitRun('l1', start, [
        { changes: [sampleValue('a', 1)] },
        { changes: [{ type: 'stack.put', name: 'taken' }] },
      ]);
      await append(second, [created('l2', 'taken')]);
      assert.deepEqual(await append(first, batch), { status: 'name_taken', name: 'taken' });
      const view = await second.read({ lineage: 'l1' }, everything);
      assert.equal(view?.head.serial, 1);
      assert.equal(view?.content.value.size, 0);
    }),

    test('a name belongs to one living stack; a deleted one frees it', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      assert.deepEqual(await append(second, [created('l2', 'web')]), {
        status: 'name_taken',
        name: 'web',
      });
      await append(first, [nextCommit('l1', start, { changes: [{ type: 'stack.delete' }] })]);
      assert.equal(await second.read({ name: 'web' }, []), undefined);
      assert.equal((await append(second, [created('l2', 'web')])).status, 'appended');
      assert.equal((await first.read({ name: 'web' }, []))?.head.lineage, 'l2');
      assert.notEqual((await first.read({ lineage: 'l1' }, []))?.head.deletedAt, null);
    }),

    test('of many racing creations of one name exactly one wins', async (first, second) => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          append(index % 2 ? first : second, [created(`l${index}`, 'web')]),
        ),
      );
      assert.equal(outcomes.filter((each) => each.status === 'appended').length, 1);
      assert.equal((await first.list()).length, 1);
    }),

    test('a rename is a commit: the log keeps its lineage', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      await append(first, [
        nextCommit('l1', start, { changes: [{ type: 'stack.put', name: 'site' }] }),
      ]);
      assert.equal(await second.read({ name: 'web' }, []), undefined);
      assert.equal((await second.read({ name: 'site' }, []))?.head.lineage, 'l1');
    }),

    test('head, entries and events equal the fold of the commits', async (first, second) => {
      const commits = sampleHistory();
      for (const commit of commits) await append(first, [commit]);
      const folded = foldLog('l1', await second.commits('l1'));
      const view = await second.read({ lineage: 'l1' }, everything);
      assert.deepEqual(view?.head, folded.head);
      assert.deepEqual(
        [...entriesOf(view?.content ?? contentOf([]))],
        [...entriesOf(folded.content)],
      );
      const { events } = await second.events({ lineage: 'l1' });
      assert.deepEqual(
        events.map(({ type, serial, index }) => ({ type, serial, index })),
        commits.flatMap((commit) =>
          commit.events.map(({ type }, index) => ({ type, serial: commit.serial, index })),
        ),
      );
    }),

    test('what is read back verifies, down to the head', async (first, second) => {
      const commits = sampleHistory();
      await append(first, commits);
      const view = await second.read({ lineage: 'l1' }, []);
      const verdict = verifyLog(await second.commits('l1'), view?.head.hash);
      assert.deepEqual(verdict, { ok: true, commits: commits.length, hash: commits.at(-1)?.hash });
    }),

    test('a selection reads what it names and nothing else', async (first) => {
      const start = created('l1', 'web');
      await append(first, [
        start,
        nextCommit('l1', start, {
          changes: [
            sampleValue('a', 1),
            sampleValue('b', 2),
            sampleValue('ab', 3),
            sampleOutput('a', 4),
          ],
        }),
      ]);
      const names = async (selection: Parameters<StateBackend['read']>[1]): Promise<string[]> => {
        const view = await first.read({ name: 'web' }, selection);
        return [...entriesOf(view?.content ?? contentOf([]))].map((e) => `${e.kind}/${e.name}`);
      };
      assert.deepEqual(await names([]), []);
      assert.deepEqual(await names([{ kind: 'value', name: 'a' }]), ['value/a']);
      assert.deepEqual(await names([{ kind: 'value', prefix: 'a' }]), ['value/a', 'value/ab']);
      assert.deepEqual(await names([{ kind: 'output' }]), ['output/a']);
      assert.deepEqual(await names([{ kind: 'value', name: 'zz' }]), []);
    }),

    test('values come back as they went in', async (first, second) => {
      const start = created('l1', 'web');
      const odd = { text: 'ünï\u0000"\\\n', list: [[], {}, null], deep: { a: { b: 1.5e-7 } } };
      await append(first, [start, nextCommit('l1', start, { changes: [sampleValue('odd', odd)] })]);
      const view = await second.read({ name: 'web' }, [{ kind: 'value' }]);
      assert.deepEqual(view?.content.value.get('odd'), { value: odd });
    }),

    test('commits are read by ranges', async (first) => {
      const start = created('l1', 'web');
      const all = [start, ...commitRun('l1', start, [{}, {}, {}, {}])];
      await append(first, all);
      const serials = async (range: Parameters<StateBackend['commits']>[1]): Promise<number[]> =>
        (await first.commits('l1', range)).map((each) => each.serial);
      assert.deepEqual(await serials({ after: 2 }), [3, 4, 5]);
      assert.deepEqual(await serials({ upTo: 2 }), [1, 2]);
      assert.deepEqual(await serials({ after: 1, limit: 2 }), [2, 3]);
      assert.deepEqual(await serials({}), [1, 2, 3, 4, 5]);
    }),

    ...relationCases(test),

    test('events are found by type, family, severity, time and execution', async (first) => {
      const commits = sampleHistory();
      await append(first, commits);
      const types = async (query: Parameters<StateBackend['events']>[0]): Promise<string[]> =>
        (await first.events(query)).events.map((each) => each.type);
      assert.deepEqual(await types({ types: ['lock.*'] }), ['lock.acquired', 'lock.released']);
      assert.deepEqual(await types({ types: ['lock.acquired'] }), ['lock.acquired']);
      assert.deepEqual(await types({ severities: ['error'] }), ['task.failed']);
      assert.deepEqual(await types({ execution: 'e1' }), ['task.failed']);
      assert.deepEqual(await types({ since: commits.at(-1)?.at ?? 0 }), ['lock.released']);
      assert.deepEqual(await types({ limit: 1 }), ['lock.released']);
    }),

    test('a cursor yields each event once, in order', async (first, second) => {
      const start = created('l1', 'web');
      await append(first, [start]);
      const page = await second.events({});
      assert.equal(page.events.length, 1);
      assert.deepEqual((await second.events({ after: page.cursor })).events, []);
      await append(first, [
        nextCommit('l1', start, { events: [event('stack.updated', 'test', 'changed')] }),
      ]);
      const next = await second.events({ after: page.cursor });
      assert.deepEqual(
        next.events.map((each) => each.type),
        ['stack.updated'],
      );
      assert.deepEqual((await second.events({ after: next.cursor })).events, []);
    }),

    test('chunks are stored with the commit that refers to them, and only with it', async (first, second) => {
      const bytes = new Uint8Array([0, 1, 2, 255]);
      const chunk = { hash: sha256(bytes), bytes };
      const lost = { hash: sha256('lost'), bytes: new TextEncoder().encode('lost') };
      const start = created('l1', 'web');
      await first.append({ lineage: 'l1', commits: [start], chunks: [chunk] });
      assert.deepEqual(Buffer.from((await second.chunk(chunk.hash)) ?? []), Buffer.from(bytes));
      await second.append({ lineage: 'l1', commits: [created('l1', 'x')], chunks: [lost] });
      assert.equal(await first.chunk(lost.hash), undefined);
    }),

    test('a log is truncated up to its cut, and no further', async (first, second) => {
      const commits = sampleHistory();
      await append(first, commits);
      await first.truncate('l1', 3);
      assert.equal((await second.commits('l1')).length, commits.length);
      const third = commits[2];
      const cut = { serial: 3, hash: third?.hash ?? '', at: 0, content: 'c', state: 's' };
      const last = (await first.read({ lineage: 'l1' }, []))?.head;
      const recorded = nextCommit('l1', last, { changes: [putEntry('cut', 'log', cut)] });
      await append(first, [recorded]);
      await first.truncate('l1', 4);
      assert.equal((await second.commits('l1')).length, commits.length + 1);
      await first.truncate('l1', 3);
      const left = await second.commits('l1');
      assert.equal(left[0]?.serial, 4);
      assert.ok(verifyLog(left, recorded.hash, cut).ok);
      assert.ok(!verifyLog(left, recorded.hash, { ...cut, hash: 'other' }).ok);
      assert.ok((await second.events({ lineage: 'l1' })).events.every((each) => each.serial > 3));
    }),

    test('chunks that no entry leads to are collected; those that are linked stay', async (first, second) => {
      const [base, linked, stray] = ['c1', 'linked', 'stray'].map((text) => ({
        hash: sha256(text),
        bytes: new TextEncoder().encode(text),
      })) as [Chunk, Chunk, Chunk];
      const chunks = [base, linked, stray];
      await first.append({ lineage: 'l1', commits: sampleHistory(), chunks });
      const links = (hash: string): readonly string[] => (hash === base.hash ? [linked.hash] : []);
      await assert.rejects(
        first.collectChunks(() => {
          throw new Error('unreadable');
        }),
      );
      assert.ok((await second.chunk(stray.hash)) !== undefined);
      assert.deepEqual(await first.collectChunks(links), { chunks: 1, bytes: 5 });
      assert.equal(await second.chunk(stray.hash), undefined);
      assert.ok((await second.chunk(linked.hash)) !== undefined);
      assert.deepEqual(await second.collectChunks(links), { chunks: 0, bytes: 0 });
    }),

    test('the clock is shared and does not run backwards', async (first, second) => {
      const before = await first.now();
      const after = await second.now();
      assert.ok(after >= before);
    }),
  ];
}
