import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import {
  livenessOf,
  NOW,
  sketchLock,
  sketchOpen,
  sketchProcess,
  sketchWaiter,
} from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import type { Head } from '../../model/head.ts';
import { type AcquireRequest, decideAcquire } from './decideAcquire.ts';
import { decideLeaveQueue } from './decideLeaveQueue.ts';

const request: AcquireRequest = {
  id: 'mine',
  lockedBy: 'me',
  operation: 'manual',
  reason: 'to look',
  ttl: 600,
  process: sketchProcess('alive'),
  queue: null,
};

const waiting: AcquireRequest = {
  ...request,
  queue: { process: sketchProcess('unknown'), ttl: 60 },
};

function acquire(
  head: Partial<Head>,
  asked: AcquireRequest = request,
): ReturnType<typeof decideAcquire> {
  return decideAcquire(sketchSituation(head), asked, livenessOf);
}

/** The lock that the request gives at serial 10. */
const taken = {
  id: 'mine',
  lockedBy: 'me',
  lockedAt: NOW,
  operation: 'manual',
  reason: 'to look',
  process: sketchProcess('alive'),
  expiresAt: NOW + 600,
  fence: 10,
};

const held = sketchLock({ process: sketchProcess('alive') });
const gone = sketchWaiter({ id: 'w0', process: sketchProcess('dead') });
const first = sketchWaiter({ id: 'w1', by: 'bob' });
const second = sketchWaiter({ id: 'w2', by: 'cid' });
const me = sketchWaiter({ id: 'mine', by: 'me', since: NOW - 90, expiresAt: NOW + 31 });

const refusedAsLocked = {
  code: 'stack.locked',
  details: { stack: 's', by: 'ann', since: NOW - 500, operation: 'run', reason: 'a release' },
};

describe('a lock that is free', () => {
  test.each<[string, Partial<Head>, AcquireRequest]>([
    ['never taken', { lock: null }, request],
    ['and nobody has to wait', { lock: null }, waiting],
    ['and who waited is gone', { waiters: [gone] }, request],
    ['and others wait behind', { waiters: [me, first] }, waiting],
    [
      'and who ran beside it is dead',
      { open: [sketchOpen({ process: sketchProcess('dead') })] },
      request,
    ],
  ])('is taken: %s', (_, head, asked) => {
    const { result, fence, changes, events } = acquire(head, asked);
    expect(result).toEqual({ status: 'acquired', lock: taken, renewed: false });
    expect(fence).toBe(10);
    expect(changes.at(-1)).toEqual({ type: 'lock.put', lock: taken });
    expect(events).toMatchObject([
      {
        type: 'lock.acquired',
        source: 'lock',
        data: {
          lockedBy: 'me',
          operation: 'manual',
          reason: 'to look',
          fence: 10,
          expiresAt: NOW + 600,
        },
      },
    ]);
  });

  test('takes its new holder, and those who are gone, out of the line', () => {
    expect(acquire({ waiters: [gone, me, first] }).changes).toEqual([
      { type: 'waiter.delete', id: 'w0' },
      { type: 'waiter.delete', id: 'mine' },
      { type: 'lock.put', lock: taken },
    ]);
  });

  test('is taken by hand, without a process', () => {
    const { result } = acquire({}, { ...request, process: null });
    expect(result).toMatchObject({ lock: { process: null } });
  });

  test.each([
    ['ran out', { process: null, expiresAt: NOW - 20 }, NOW - 20],
    ['has a dead holder', { process: sketchProcess('dead') }, NOW],
    ['has a suspended holder', { process: sketchProcess('suspended'), expiresAt: NOW }, NOW],
    // The id alone doesn't renew what is over: it is another lock, with another token.
    ['was mine and ran out', { id: 'mine', expiresAt: NOW - 20 }, NOW - 20],
  ])('is taken from one that %s, which is told', (_, facts, endedAt) => {
    const { result, events, changes } = acquire({ lock: sketchLock(facts) });
    expect(result).toEqual({ status: 'acquired', lock: taken, renewed: false });
    expect(changes).toEqual([{ type: 'lock.put', lock: taken }]);
    expect(events).toMatchObject([
      { type: 'lock.expired', data: { lockedBy: 'ann', endedAt } },
      { type: 'lock.acquired' },
    ]);
  });
});

describe('a lock that is mine', () => {
  const lock = sketchLock({ id: 'mine', lockedBy: 'me', process: sketchProcess('alive') });

  test('is renewed, whoever waits', () => {
    for (const asked of [request, waiting]) {
      const { result, ...decision } = acquire({ lock, waiters: [gone, first] }, asked);
      const renewed = { ...lock, operation: 'manual', reason: 'to look', expiresAt: NOW + 1000 };
      expect(result).toEqual({ status: 'acquired', lock: renewed, renewed: true });
      expect(decision).toEqual({
        fence: 5,
        changes: [{ type: 'lock.put', lock: renewed }],
        events: [],
      });
    }
  });

  test('is never shortened, and keeps what was said of it', () => {
    const quiet = { ...request, operation: '', reason: '' };
    expect(acquire({ lock }, quiet).result).toEqual({ status: 'acquired', lock, renewed: true });
    expect(acquire({ lock }, { ...quiet, ttl: 5000 }).result).toMatchObject({
      lock: { expiresAt: NOW + 5000 },
    });
  });
});

describe('a lock that is not to be had, for who does not wait', () => {
  test.each([
    ['is held', held],
    ['is held past its time', { ...held, expiresAt: NOW - 1 }],
    ['was taken by hand', sketchLock()],
  ])('%s', (_, lock) => {
    expect(refusalOf(() => acquire({ lock }))).toEqual(refusedAsLocked);
    expect(refusalOf(() => acquire({ lock, waiters: [first] }))).toEqual(refusedAsLocked);
  });

  test('ran out under a run that works', () => {
    const head = { lock: sketchLock({ expiresAt: NOW - 1 }), open: [sketchOpen()] };
    expect(refusalOf(() => acquire(head))).toEqual(refusedAsLocked);
  });

  test.each([
    ['one who waits', [first], 1],
    ['two who wait', [first, second], 2],
    ['one who waits behind one who is gone', [gone, first], 1],
    ['two before me', [first, second, me], 2],
    ['one before me', [first, me, second], 1],
  ])('is for %s', (_, waiters, count) => {
    const refused = { code: 'lock.queued', details: { stack: 's', waiting: count, first: 'bob' } };
    expect(refusalOf(() => acquire({ waiters }))).toEqual(refused);
    expect(refusalOf(() => acquire({ waiters, lock: sketchLock({ expiresAt: NOW }) }))).toEqual(
      refused,
    );
  });

  test('would protect nothing beside a run without one', () => {
    expect(refusalOf(() => acquire({ open: [sketchOpen({ id: 'e7', by: 'dan' })] }))).toEqual({
      code: 'stack.busy',
      details: { stack: 's', by: 'dan', since: NOW - 400, execution: 'e7' },
    });
    const dead = sketchOpen({ process: sketchProcess('dead') });
    expect(refusalOf(() => acquire({ open: [dead, sketchOpen()] }))?.code).toBe('stack.busy');
  });

  test('is taken beside a run whose lock ended', () => {
    const lock = sketchLock({ process: sketchProcess('dead') });
    expect(acquire({ lock, open: [sketchOpen()] }).result.status).toBe('acquired');
  });
});

describe('a line', () => {
  const put = {
    type: 'waiter.put',
    waiter: {
      id: 'mine',
      by: 'me',
      since: NOW,
      process: sketchProcess('unknown'),
      expiresAt: NOW + 60,
    },
  };

  test.each<[string, Partial<Head>, number, object | null]>([
    ['behind a holder', { lock: held }, 1, held],
    ['behind a holder and others', { lock: held, waiters: [first, second] }, 3, held],
    ['behind others', { waiters: [first] }, 2, null],
    ['behind a run without a lock', { open: [sketchOpen()] }, 1, null],
    [
      'behind others, where the lock ran out',
      { waiters: [first], lock: sketchLock({ expiresAt: NOW }) },
      2,
      null,
    ],
  ])('is joined at its end: %s', (_, head, position, holder) => {
    const { result, changes, events } = acquire(head, waiting);
    expect(result).toEqual({ status: 'queued', position, holder });
    expect(changes).toEqual([put]);
    expect(events).toMatchObject([{ type: 'lock.queued', source: 'lock', data: { by: 'me' } }]);
  });

  test('drops those who are gone', () => {
    const { result, changes } = acquire({ lock: held, waiters: [gone, first] }, waiting);
    expect(result).toMatchObject({ position: 2 });
    expect(changes).toEqual([{ type: 'waiter.delete', id: 'w0' }, put]);
  });

  test('keeps a place whose time is more than half left, and writes nothing', () => {
    const { result, changes, events } = acquire({ lock: held, waiters: [first, me] }, waiting);
    expect(result).toEqual({ status: 'queued', position: 2, holder: held });
    expect([changes, events]).toEqual([[], []]);
    expect(acquire({ lock: held, waiters: [gone, me] }, waiting).changes).toEqual([
      { type: 'waiter.delete', id: 'w0' },
    ]);
  });

  test('renews a place at half of its time, where it was', () => {
    const late = { ...me, expiresAt: NOW + 30 };
    const { result, changes, events } = acquire({ lock: held, waiters: [late, first] }, waiting);
    expect(result).toEqual({ status: 'queued', position: 1, holder: held });
    expect(changes).toEqual([{ ...put, waiter: { ...put.waiter, since: NOW - 90 } }]);
    expect(events).toEqual([]);
  });

  test('is left by who is in it, and by nobody else', () => {
    const situation = sketchSituation({ waiters: [first, me] });
    expect(decideLeaveQueue(situation, 'mine')).toEqual({
      result: undefined,
      changes: [{ type: 'waiter.delete', id: 'mine' }],
      events: [],
    });
    expect(decideLeaveQueue(situation, 'nobody').changes).toEqual([]);
  });
});
