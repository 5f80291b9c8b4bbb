import { describe, expect, test } from 'vitest';
import type { Head } from '../model/head.ts';
import { guardWrite, lockExpired, type WriteAuthority } from './guardWrite.ts';
import { refusalOf } from './testing/refusalOf.ts';
import {
  livenessOf,
  NOW,
  sketchHead,
  sketchLock,
  sketchOpen,
  sketchProcess,
} from './testing/sketchHead.ts';

/** Locks that a writer may meet, by what they are to whoever looks. */
const locks = {
  none: null,
  held: sketchLock({ process: sketchProcess('alive') }),
  'held for its time': sketchLock({ expiresAt: NOW + 1 }),
  'alive past its time': sketchLock({ process: sketchProcess('alive'), expiresAt: NOW - 50 }),
  'run out': sketchLock({ expiresAt: NOW }),
  'of a suspended holder, run out': sketchLock({
    process: sketchProcess('suspended'),
    expiresAt: NOW - 50,
  }),
  'of a dead holder': sketchLock({ process: sketchProcess('dead') }),
};

/** Shows the lock of the table, or another one. */
const mine = { lockIds: new Set(['other', 'l1']) };
const foreign = { lockIds: new Set(['other']) };
const nobody = { execution: null, fence: null };

function guard(head: Partial<Head>, authority: WriteAuthority): ReturnType<typeof guardWrite> {
  return guardWrite(sketchHead(head), authority, NOW, livenessOf);
}

const lockedDetails = {
  stack: 's',
  by: 'ann',
  since: NOW - 500,
  operation: 'run',
  reason: 'a release',
};

describe('whoever shows the lock', () => {
  const lit = Object.entries(locks).filter(([name]) => name !== 'none');

  test.each(lit)('writes under it, with its token: %s', (_, lock) => {
    const permit = { fence: 5, changes: [], events: [] };
    expect(guard({ lock }, { ...mine, ...nobody })).toEqual(permit);
    expect(guard({ lock }, { ...mine, execution: null, fence: 5 })).toEqual(permit);
  });

  test.each(lit)('is refused with a token of another time: %s', (_, lock) => {
    for (const fence of [4, 6]) {
      expect(refusalOf(() => guard({ lock }, { ...mine, execution: null, fence }))).toEqual({
        code: 'lock.lost',
        details: { stack: 's', by: 'ann' },
      });
    }
  });
});

describe('whoever had a lock that is another one now, or none', () => {
  test.each(Object.entries(locks))('is refused: %s', (_, lock) => {
    // The same token in other hands is as lost as another one.
    for (const fence of [4, 5]) {
      expect(refusalOf(() => guard({ lock }, { ...foreign, execution: null, fence }))).toEqual({
        code: 'lock.lost',
        details: { stack: 's', by: lock === null ? '' : 'ann' },
      });
    }
  });
});

describe('whoever has no lock', () => {
  test('writes where there is none', () => {
    const permit = { fence: null, changes: [], events: [] };
    expect(guard({ lock: null }, { ...foreign, ...nobody })).toEqual(permit);
    expect(guard({ lock: null }, { ...mine, ...nobody })).toEqual(permit);
  });

  test.each(['held', 'held for its time', 'alive past its time'] as const)(
    'is refused beside one that holds: %s',
    (name) => {
      expect(refusalOf(() => guard({ lock: locks[name] }, { ...foreign, ...nobody }))).toEqual({
        code: 'stack.locked',
        details: lockedDetails,
      });
    },
  );

  test('is refused beside one that was taken by hand and ran out under a run', () => {
    const head = { lock: locks['run out'], open: [sketchOpen()] };
    expect(refusalOf(() => guard(head, { ...foreign, ...nobody }))?.code).toBe('stack.locked');
  });

  test.each([
    ['run out', NOW],
    ['of a suspended holder, run out', NOW - 50],
    ['of a dead holder', NOW],
  ] as const)('clears one that had ended, and writes: %s', (name, at) => {
    const lock = locks[name];
    expect(guard({ lock }, { ...foreign, ...nobody })).toEqual({
      fence: null,
      changes: [{ type: 'lock.delete', at }],
      events: [lockExpired('s', lock, at)],
    });
  });
});

describe('an execution', () => {
  const open = [sketchOpen({ id: 'e1' }), sketchOpen({ id: 'e2' })];
  const lock = locks.held;
  const running = { ...mine, fence: 5 };

  test('that is open writes', () => {
    expect(guard({ lock, open }, { ...running, execution: 'e2' }).fence).toBe(5);
    expect(guard({ lock: null, open }, { ...foreign, execution: 'e1', fence: null }).fence).toBe(
      null,
    );
  });

  test('that somebody closed is refused, whatever it can show', () => {
    for (const each of [[], [sketchOpen({ id: 'e3' })]]) {
      expect(refusalOf(() => guard({ lock, open: each }, { ...running, execution: 'e1' }))).toEqual(
        {
          code: 'lock.lost',
          details: { stack: 's', by: 'ann' },
        },
      );
    }
    const unlocked = { ...foreign, execution: 'e1', fence: null };
    expect(refusalOf(() => guard({ lock: null }, unlocked))).toEqual({
      code: 'lock.lost',
      details: { stack: 's', by: '' },
    });
  });

  test('that is open is refused without its lock', () => {
    const lost = { ...foreign, execution: 'e1', fence: 5 };
    expect(refusalOf(() => guard({ lock: null, open }, lost))?.code).toBe('lock.lost');
  });
});

test('a lock that expired is told of with what it was and when it ended', () => {
  expect(lockExpired('s', locks.held, 77)).toMatchObject({
    type: 'lock.expired',
    severity: 'warning',
    source: 'lock',
    data: { lockedBy: 'ann', lockedAt: NOW - 500, fence: 5, endedAt: 77 },
  });
});
