import { describe, expect, test } from 'vitest';
import { type Change, deleteEntry, putEntry } from './change.ts';
import type { Commit } from './commit.ts';
import { evolveHead } from './evolveHead.ts';
import { emptyHead, type Head } from './head.ts';
import type { Lock } from './lock.ts';
import { sketchExecution } from './testing/sketchExecution.ts';
import { sketchSnapshot } from './testing/sketchSnapshot.ts';

const empty = emptyHead('l');
const process = { host: 'h', scope: 's', pid: 1, started: '' };
const lock: Lock = {
  id: 'l',
  lockedBy: 'ann',
  lockedAt: 40,
  operation: '',
  reason: '',
  process: null,
  expiresAt: 90,
  fence: 3,
};
const waiter = (id: string, expiresAt = 90) => ({ id, by: id, since: 1, process, expiresAt });
const open = (id: string, expiresAt = 90) => ({ id, by: id, startedAt: 1, process, expiresAt });

function after(changes: readonly Change[], facts: Partial<Head> = {}): Head {
  const commit = { serial: 8, hash: 'h8', at: 50, changes } as unknown as Commit;
  return evolveHead({ ...empty, serial: 7, hash: 'h7', createdAt: 5, ...facts }, commit);
}

/** What changed, beside serial, hash and time. */
function changed(changes: readonly Change[], facts: Partial<Head> = {}): Partial<Head> {
  const plain = after([], facts);
  const pairs = Object.entries(after(changes, facts));
  return Object.fromEntries(pairs.filter(([key, value]) => plain[key as keyof Head] !== value));
}

test('every commit has its serial, hash and time; the first one made the stack', () => {
  expect(after([])).toMatchObject({ serial: 8, hash: 'h8', updatedAt: 50, createdAt: 5 });
  expect(after([], { serial: 0, createdAt: 0 }).createdAt).toBe(50);
});

describe('a head after a change', () => {
  const waiters = [waiter('a'), waiter('b')];
  const executions = [open('e1'), open('e2')];
  const lastLock = { lockedBy: 'ann', lockedAt: 40, releasedAt: null };

  test.each<[string, Change, Partial<Head>, Partial<Head>]>([
    [
      'of the stack',
      { type: 'stack.put', name: 'n', status: 'failed' },
      { description: 'stays' },
      { name: 'n', status: 'failed' },
    ],
    ['that deletes it', { type: 'stack.delete' }, {}, { deletedAt: 50 }],
    ['that locks it', { type: 'lock.put', lock }, {}, { lock, lastLock }],
    [
      'that unlocks it',
      { type: 'lock.delete' },
      { lock, lastLock },
      { lock: null, lastLock: { ...lastLock, releasedAt: 50 } },
    ],
    [
      'that tells of a lock that had ended',
      { type: 'lock.delete', at: 45 },
      { lock, lastLock },
      { lock: null, lastLock: { ...lastLock, releasedAt: 45 } },
    ],
    ['that unlocks what was never locked', { type: 'lock.delete' }, {}, {}],
    [
      'that puts somebody in line',
      { type: 'waiter.put', waiter: waiter('c') },
      { waiters },
      { waiters: [...waiters, waiter('c')] },
    ],
    [
      'that renews a place in line',
      { type: 'waiter.put', waiter: waiter('a', 99) },
      { waiters },
      { waiters: [waiter('a', 99), waiter('b')] },
    ],
    [
      'that takes somebody out of the line',
      { type: 'waiter.delete', id: 'a' },
      { waiters },
      { waiters: [waiter('b')] },
    ],
    [
      'that opens an execution',
      { type: 'execution.open', execution: open('e3') },
      { open: executions },
      { open: [...executions, open('e3')] },
    ],
    [
      'that renews an execution',
      { type: 'execution.open', execution: open('e1', 99) },
      { open: executions },
      { open: [open('e1', 99), open('e2')] },
    ],
    [
      'that closes an execution',
      { type: 'execution.close', id: 'e1' },
      { open: executions },
      { open: [open('e2')] },
    ],
    [
      'of an execution',
      putEntry('execution', 'e12', sketchExecution({ status: 'failed', endedAt: 30 })),
      { executionCount: 4 },
      {
        executionCount: 12,
        lastExecution: { id: 'e12', status: 'failed', startedAt: 100, endedAt: 30 },
      },
    ],
    [
      'of an earlier execution',
      putEntry('execution', 'e3', sketchExecution()),
      { executionCount: 4 },
      { lastExecution: { id: 'e3', status: 'running', startedAt: 100, endedAt: null } },
    ],
    [
      'that makes a snapshot',
      putEntry('snapshot', 'v7', sketchSnapshot({ number: 7, createdAt: 33 })),
      { nextSnapshot: 5, snapshotCount: 2 },
      { nextSnapshot: 8, snapshotCount: 3, latestSnapshot: { version: 'v7', createdAt: 33 } },
    ],
    [
      'that makes the next snapshot',
      putEntry('snapshot', 'v5', sketchSnapshot({ number: 5, createdAt: 33 })),
      { nextSnapshot: 5, snapshotCount: 2 },
      { nextSnapshot: 6, snapshotCount: 3, latestSnapshot: { version: 'v5', createdAt: 33 } },
    ],
    [
      'that labels a snapshot again',
      putEntry('snapshot', 'v4', sketchSnapshot({ number: 4 })),
      { nextSnapshot: 5, snapshotCount: 2 },
      {},
    ],
    [
      'that deletes an older snapshot',
      deleteEntry('snapshot', 'v3'),
      { snapshotCount: 2, latestSnapshot: { version: 'v4', createdAt: 1 } },
      { snapshotCount: 1 },
    ],
    [
      'that deletes the latest snapshot',
      deleteEntry('snapshot', 'v4'),
      { snapshotCount: 2, nextSnapshot: 5, latestSnapshot: { version: 'v4', createdAt: 1 } },
      { snapshotCount: 1, latestSnapshot: null },
    ],
    ['that deletes a snapshot too many', deleteEntry('snapshot', 'v4'), {}, {}],
    ['of a value', putEntry('value', 'a', { value: 1 }), {}, {}],
    ['that deletes an execution', deleteEntry('execution', 'e1'), { snapshotCount: 2 }, {}],
  ])('%s', (_, change, before, expected) => {
    expect(changed([change], before)).toEqual(expected);
  });

  test('of several, one after the other', () => {
    expect(changed([{ type: 'lock.put', lock }, { type: 'lock.delete' }])).toEqual({
      lastLock: { ...lastLock, releasedAt: 50 },
    });
  });
});
