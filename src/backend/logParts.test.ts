import { describe, expect, test } from 'vitest';
import { type Change, putEntry } from '../model/change.ts';
import type { Commit } from '../model/commit.ts';
import { type Entry, type EntryKind, entryKinds } from '../model/entry.ts';
import { event } from '../model/event.ts';
import { sketchTaskRun } from '../model/testing/sketchExecution.ts';
import { sketchSnapshot } from '../model/testing/sketchSnapshot.ts';
import { commitRun } from '../testing/commitFactory.ts';
import type { Command } from './Command.ts';
import { chunkRoots, reachableChunks, referringKinds } from './chunkRoots.ts';
import { foldLog } from './foldLog.ts';
import { mergeCommands } from './mergeCommands.ts';
import type { EventQuery } from './StateBackend.ts';
import { matchesQuery, matchesType, storedEvents } from './storedEvents.ts';
import { sketchSituation } from './testing/sketchSituation.ts';
import { type LogStart, verifyLog } from './verifyLog.ts';

const cut = (start: LogStart): Change =>
  putEntry('cut', 'log', { ...start, at: 0, content: '', state: '' });

describe('a chain of commits', () => {
  const commits = commitRun('l', undefined, [{}, { at: 5 }, { fence: 2 }]);
  const [one, two, three] = commits as [Commit, Commit, Commit];
  const newest = three.hash;

  test('holds', () => {
    const whole = { ok: true, commits: 3, hash: newest };
    expect(verifyLog(commits)).toEqual(whole);
    expect(verifyLog(commits, newest)).toEqual(whole);
    expect(verifyLog([])).toEqual({ ok: true, commits: 0, hash: '' });
    expect(verifyLog([], '')).toMatchObject({ ok: true });
  });

  const broken: [string, readonly Commit[], string | undefined, number][] = [
    ['the first one is missing', [two, three], newest, 2],
    ['one is missing', [one, three], newest, 3],
    ['the newest is missing', [one, two], newest, 3],
    ['all are missing', [], newest, 1],
    ['one is there twice', [one, two, two, three], newest, 2],
    ['two are in another order', [one, three, two], newest, 3],
    ['its actor is another', [one, { ...two, actor: 'x' }, three], newest, 2],
    ['its hash is another', [one, two, { ...three, hash: 'x' }], 'x', 3],
    ['its parent is another', [one, { ...two, parent: 'x' }, three], newest, 2],
    ['there is one more than the stack knows', commits, two.hash, 4],
  ];

  test.each(broken)('breaks where %s', (_, given, claimed, serial) => {
    expect(verifyLog(given, claimed)).toEqual({
      ok: false,
      broken: { serial, reason: expect.stringMatching(/./) },
    });
  });

  test('breaks each time for its own reason', () => {
    const reasons = broken.map(([, given, claimed]) => verifyLog(given, claimed));
    const told = new Set(reasons.map((each) => (each.ok ? '' : each.broken.reason)));
    // Missing, altered, not following, and ending too early; which one is missing is said.
    expect(told.size).toBeGreaterThanOrEqual(5);
  });

  test('may begin later, where a commit says so', () => {
    const start = { serial: 7, hash: 'h7' };
    const after = (changes: readonly Change[]) => commitRun('l', start, [{}, { changes }, {}]);
    const cutOff = after([cut(start)]);
    const hash = cutOff.at(-1)?.hash;
    expect(verifyLog(cutOff, hash, start)).toEqual({ ok: true, commits: 3, hash });
    for (const changes of [[], [cut({ serial: 6, hash: 'h7' })], [cut({ serial: 7, hash: 'h6' })]])
      expect(verifyLog(after(changes), undefined, start)).toMatchObject({
        ok: false,
        broken: { serial: 8 },
      });
    const other: Change = { type: 'stack.put', status: 'failed' };
    expect(verifyLog(after([other, cut(start)]), undefined, start).ok).toBe(true);
    // Of several cuts, the newest counts.
    const again = commitRun('l', start, [
      { changes: [cut({ serial: 3, hash: 'h3' })] },
      { changes: [cut(start)] },
    ]);
    expect(verifyLog(again, undefined, start).ok).toBe(true);
  });
});

test('a log folds to a head and a content, from its beginning or from what is known', () => {
  const commits = commitRun('l', undefined, [
    { changes: [{ type: 'stack.put', name: 's' }, putEntry('value', 'a', { value: 1 })] },
    { changes: [putEntry('value', 'a', { value: 2 })] },
  ]);
  const whole = foldLog('l', commits);
  expect(whole.head).toMatchObject({ name: 's', serial: 2, hash: commits[1]?.hash });
  expect([...whole.content.value]).toEqual([['a', { value: 2 }]]);
  const start = foldLog('l', commits.slice(0, 1));
  expect(foldLog('l', commits.slice(1), start)).toEqual(whole);
  expect(foldLog('l', []).head.lineage).toBe('l');
});

describe('two commands as one', () => {
  const command = (name: string, facts: object, given: object): Command<string> => ({
    operation: name,
    ...given,
    decide: ({ now }) => ({
      result: `${name} ${now}`,
      changes: [{ type: 'waiter.delete', id: name }],
      events: [event('lock.queued', name, '')],
      ...facts,
    }),
  });
  const chunk = (hash: string) => [{ hash, bytes: new Uint8Array() }];
  const situation = sketchSituation();

  test('write both, and give what the second gives', () => {
    const first = command('a', { fence: 3, chunks: chunk('x') }, { needs: [{ kind: 'value' }] });
    const second = command('b', { fence: 4, chunks: chunk('y') }, { needs: [{ kind: 'task' }] });
    const merged = mergeCommands(first, second);
    expect(merged).toMatchObject({
      operation: 'b',
      execution: null,
      needs: [{ kind: 'value' }, { kind: 'task' }],
    });
    expect(merged.decide(situation)).toMatchObject({
      result: `b ${situation.now}`,
      fence: 4,
      changes: [{ id: 'a' }, { id: 'b' }],
      events: [{ source: 'a' }, { source: 'b' }],
      chunks: [...chunk('x'), ...chunk('y')],
    });
  });

  test('take what only the first says', () => {
    const first = command('a', { fence: 3 }, { execution: 'e1' });
    const merged = mergeCommands(first, command('b', {}, {}));
    expect([merged.execution, merged.needs]).toEqual(['e1', []]);
    expect(merged.decide(situation)).toMatchObject({ fence: 3, chunks: [] });
    expect(mergeCommands(first, command('b', {}, { execution: 'e2' })).execution).toBe('e2');
    expect(mergeCommands(command('a', {}, {}), command('b', {}, {})).decide(situation).fence).toBe(
      null,
    );
  });
});

describe('events', () => {
  const [commit] = commitRun('l', undefined, [
    {
      at: 50,
      execution: 'e1',
      events: [event('lock.acquired', 'lock', 'one'), event('lock.expired', 'lock', 'two')],
    },
  ]);
  const stored = storedEvents(commit as Commit, 's');
  const [first] = stored;
  if (first === undefined) throw new Error('no event');

  test('are read back with where, when and by whom', () => {
    expect(stored).toMatchObject([
      { type: 'lock.acquired', message: 'one', index: 0 },
      { type: 'lock.expired', message: 'two', index: 1 },
    ]);
    expect(first).toMatchObject({
      lineage: 'l',
      stack: 's',
      serial: 1,
      at: 50,
      actor: 'tester@host',
      execution: 'e1',
    });
  });

  test.each<[EventQuery, boolean]>([
    [{}, true],
    [{ lineage: 'l' }, true],
    [{ lineage: 'm' }, false],
    [{ types: ['lock.acquired'] }, true],
    [{ types: ['lock.expired'] }, false],
    [{ severities: ['info', 'error'] }, true],
    [{ severities: ['error'] }, false],
    [{ since: 50 }, true],
    [{ since: 49 }, true],
    [{ since: 51 }, false],
    [{ execution: 'e1' }, true],
    [{ execution: 'e2' }, false],
    [{ lineage: 'l', types: ['lock.*'], severities: ['info'], since: 0, execution: 'e1' }, true],
  ])('are asked for by %j: %s', (query, matches) => {
    expect(matchesQuery(first, query)).toBe(matches);
  });

  test.each([
    ['lock.acquired', ['lock.*'], true],
    ['lock.acquired', ['*'], true],
    ['lock.acquired', ['stack.*', 'lock.a*'], true],
    ['lock.acquired', ['lock'], false],
    ['lock.acquired', ['lock.'], false],
    ['lock.acquired', ['stack.*'], false],
    ['lock.acquired', [], false],
  ])('%s is one of %j: %s', (type, patterns, matches) => {
    expect(matchesType(type, patterns)).toBe(matches);
  });
});

describe('chunks that are needed', () => {
  const output = { hash: 'o', bytes: 1 };
  const referring: [EntryKind, object, object[]][] = [
    ['snapshot', sketchSnapshot(), [{ hash: 'c', isPack: true }]],
    ['checkpoint', { chunk: 'k' }, [{ hash: 'k', isPack: true }]],
    [
      'cut',
      { content: 'c', state: 's' },
      [
        { hash: 'c', isPack: true },
        { hash: 's', isPack: false },
      ],
    ],
    ['task_run', sketchTaskRun({ output }), [{ hash: 'o', isPack: false }]],
    ['preimage', { content: output }, [{ hash: 'o', isPack: false }]],
    ['queue', { request: 'r' }, [{ hash: 'r', isPack: false }]],
  ];

  test.each(referring)('are those of a %s', (kind, body, roots) => {
    expect(referringKinds).toContain(kind);
    expect(chunkRoots({ kind, name: 'x', body } as Entry)).toEqual(roots);
  });

  test('are none of an entry that has none', () => {
    const none = { output: null, content: null };
    const kinds = Object.keys(entryKinds) as EntryKind[];
    const others = kinds.filter((kind) => !referring.some(([each]) => each === kind));
    for (const kind of [...others, 'task_run', 'preimage']) {
      expect(chunkRoots({ kind, name: 'x', body: none } as unknown as Entry)).toEqual([]);
    }
    expect(referringKinds).toHaveLength(referring.length);
  });

  test('are all that those lead to', () => {
    const links: Readonly<Record<string, readonly string[]>> = {
      a: ['b', 'c'],
      b: ['c', 'd'],
      c: ['a'],
      plain: ['never'],
      d: [],
    };
    const read: string[] = [];
    const live = reachableChunks(
      [
        { hash: 'a', isPack: true },
        { hash: 'plain', isPack: false },
        { hash: 'a', isPack: true },
      ],
      (hash) => {
        read.push(hash);
        return Uint8Array.of(1);
      },
      (hash, bytes) => {
        expect(bytes).toEqual(Uint8Array.of(1));
        return links[hash] ?? [];
      },
    );
    expect([...live].toSorted()).toEqual(['a', 'b', 'c', 'd', 'plain']);
    expect(read.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('are not known where one can not be read', () => {
    const links = () => {
      throw new Error('broken');
    };
    const roots = [{ hash: 'a', isPack: true }];
    expect(() => reachableChunks(roots, () => undefined, links)).toThrow('broken');
  });
});
