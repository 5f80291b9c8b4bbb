import { describe, expect, test } from 'vitest';
import { putEntry } from '../model/change.ts';
import { emptyContent, evolveContent } from '../model/content.ts';
import { event } from '../model/event.ts';
import { evolveHead } from '../model/evolveHead.ts';
import type { Head } from '../model/head.ts';
import type { Command, Situation } from './Command.ts';
import { createLogWriter } from './StackWriter.ts';
import type { Append, AppendOutcome, StateBackend } from './StateBackend.ts';
import { NOW, sketchHead } from './testing/sketchHead.ts';

/** One stack in memory; `outcomes` says what becomes of the first appends. */
function sketchBackend(outcomes: AppendOutcome[] = [], facts: Partial<Head> = {}, isThere = true) {
  let head = sketchHead(facts);
  const content = emptyContent();
  const appends: Append[] = [];
  const selections: unknown[] = [];
  const backend = {
    now: async () => NOW,
    read: async (_: unknown, selection: unknown) => {
      selections.push(selection);
      return isThere ? { head, content: structuredClone(content) } : undefined;
    },
    append: async (append: Append): Promise<AppendOutcome> => {
      appends.push(append);
      const outcome = outcomes.shift() ?? { status: 'appended' };
      for (const commit of outcome.status === 'appended' ? append.commits : []) {
        head = evolveHead(head, commit);
        for (const change of commit.changes) evolveContent(content, change);
      }
      return outcome;
    },
  } as unknown as StateBackend;
  const points: string[] = [];
  const sleeps: number[] = [];
  const writer = createLogWriter({
    backend,
    lineage: 'lineage',
    reach: (point) => void points.push(point),
    random: () => 0.5,
    sleep: async (milliseconds) => void sleeps.push(milliseconds),
  }).as('ann');
  return { writer, appends, selections, points, sleeps };
}

/** Adds to the value `n`, and results in the sum; tells of it. */
function add(by: number, facts: Partial<Command<number>> = {}): Command<number> {
  return {
    operation: 'add',
    needs: [{ kind: 'value', name: 'n' }],
    decide: ({ content }) => {
      const known = content.value.get('n');
      const sum = by + (known === undefined || known.sensitive === true ? 0 : Number(known.value));
      return {
        result: sum,
        changes: [putEntry('value', 'n', { value: sum })],
        events: [event('stack.updated', 'state', '')],
      };
    },
    ...facts,
  };
}

const refuse = (why: string): Command<never> => ({
  operation: 'refuse',
  decide: () => {
    throw new Error(why);
  },
});

function conflicts(count: number): AppendOutcome[] {
  return Array.from({ length: count }, () => ({ status: 'conflict' }));
}

describe('a command', () => {
  test('is decided on the newest head, and told when it is durable', async () => {
    const { writer, appends, points, selections } = sketchBackend();
    expect(writer.lineage).toBe('lineage');
    const given: Situation[] = [];
    const chunks = [{ hash: 'c', bytes: new Uint8Array() }];
    const command = add(2, { execution: 'e1' });
    const decided = writer.submit({
      ...command,
      decide: (situation) => {
        given.push(situation);
        return { ...command.decide(situation), fence: 4, chunks };
      },
    });
    expect(await decided).toBe(2);
    expect(given).toMatchObject([{ now: NOW, serial: 10, head: { serial: 9 } }]);
    expect(selections).toEqual([[{ kind: 'value', name: 'n' }]]);
    expect(points).toEqual(['append.before', 'append.acknowledged']);
    expect(appends).toMatchObject([
      {
        lineage: 'lineage',
        chunks,
        commits: [
          {
            format: 1,
            lineage: 'lineage',
            serial: 10,
            parent: 'h9',
            at: NOW,
            operation: 'add',
            execution: 'e1',
            fence: 4,
            changes: [{ name: 'n' }],
            events: [{ type: 'stack.updated' }],
          },
        ],
      },
    ]);
  });

  test('is of nobody, where it does not say of whom', async () => {
    const { writer, appends } = sketchBackend();
    await writer.submit({ ...add(1), needs: [] });
    expect(appends[0]?.commits[0]).toMatchObject({ execution: null, fence: null });
  });

  test('that decides nothing writes nothing; events alone are written', async () => {
    const { writer, appends, points } = sketchBackend();
    const decide = (events: readonly never[] | ReturnType<typeof event>[]) => () => {
      return { result: 'r', changes: [], events };
    };
    expect(await writer.submit({ operation: 'x', decide: decide([]) })).toBe('r');
    expect([appends, points]).toEqual([[], []]);
    await writer.submit({ operation: 'x', decide: decide([event('lock.queued', 'lock', '')]) });
    expect(appends).toHaveLength(1);
  });

  test('never makes the log run backwards', async () => {
    const { writer, appends } = sketchBackend([], { updatedAt: NOW + 60 });
    await writer.submit(add(1));
    expect(appends[0]?.commits[0]?.at).toBe(NOW + 60);
  });

  test('that is refused writes nothing', async () => {
    const { writer, appends } = sketchBackend();
    await expect(writer.submit(refuse('no'))).rejects.toThrow('no');
    expect(appends).toEqual([]);
  });
});

describe('commands that wait together', () => {
  test('are one append, each decided on what the ones before it leave', async () => {
    const { writer, appends, selections } = sketchBackend();
    const sums = Promise.all([1, 2, 3].map((by) => writer.submit(add(by))));
    expect(await sums).toEqual([1, 3, 6]);
    expect(appends).toHaveLength(1);
    const commits = appends[0]?.commits ?? [];
    expect(commits.map(({ serial }) => serial)).toEqual([10, 11, 12]);
    expect(commits.slice(1).map(({ parent }) => parent)).toEqual(
      commits.slice(0, 2).map(({ hash }) => hash),
    );
    expect(selections).toHaveLength(1);
  });

  test('are refused one by one', async () => {
    const { writer, appends } = sketchBackend();
    const settled = Promise.allSettled([
      writer.submit(add(1)),
      writer.submit(refuse('no')),
      writer.submit(add(2)),
    ]);
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(appends[0]?.commits).toHaveLength(2);
  });

  test('all know where the append fails, and those after them are tried again', async () => {
    const { writer } = sketchBackend([{ status: 'name_taken', name: 't' }]);
    const first = Promise.allSettled([writer.submit(add(1)), writer.submit(add(2))]);
    const taken = { code: 'stack.exists', details: { stack: 't' } };
    for (const each of await first) expect(each).toMatchObject({ reason: taken });
    expect(await writer.submit(add(3))).toBe(3);
  });

  test('come while others are written, and are written next', async () => {
    const { writer, appends } = sketchBackend();
    const first = writer.submit(add(1));
    await new Promise((resolve) => setImmediate(resolve));
    const second = writer.submit(add(2));
    expect(await Promise.all([first, second])).toEqual([1, 3]);
    expect(appends).toHaveLength(2);
  });
});

describe('a serial that somebody else took', () => {
  test('is read and decided again, later each time, up to a bound', async () => {
    const { writer, appends, points, sleeps } = sketchBackend(conflicts(22));
    let decisions = 0;
    const command = add(1);
    const counted: Command<number> = {
      ...command,
      decide: (situation) => {
        decisions++;
        return command.decide(situation);
      },
    };
    expect(await writer.submit(counted)).toBe(1);
    expect([decisions, appends.length]).toEqual([23, 23]);
    expect(sleeps).toEqual([...Array.from({ length: 20 }, (_, n) => n + 1), 20, 20]);
    expect(points.filter((each) => each === 'append.acknowledged')).toHaveLength(1);
  });

  test('each time is too often at some time', async () => {
    const { writer, appends } = sketchBackend(conflicts(200));
    await expect(writer.submit(add(1))).rejects.toMatchObject({
      code: 'backend.contended',
      details: { stack: 'lineage', attempts: 200 },
    });
    expect(appends).toHaveLength(200);
  });

  test('the last time but one is not', async () => {
    const { writer } = sketchBackend(conflicts(199));
    expect(await writer.submit(add(1))).toBe(1);
  });
});

test.each<[string, Partial<Head>, boolean, string]>([
  ['deleted', { deletedAt: 5 }, true, 's'],
  ['never there', {}, false, 'lineage'],
])('a stack that was %s is not written to', async (_, facts, isThere, stack) => {
  const { writer, appends } = sketchBackend([], facts, isThere);
  await expect(writer.submit(add(1))).rejects.toMatchObject({
    code: 'stack.not_found',
    details: { stack, near: [] },
  });
  expect(appends).toEqual([]);
});

test('a commit is sealed: its hash follows from the one before', async () => {
  const { writer, appends } = sketchBackend();
  await Promise.all([writer.submit(add(1)), writer.submit(add(1))]);
  const [one, two] = appends.flatMap(({ commits }) => commits);
  expect(one?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(two?.parent).toBe(one?.hash);
});
