import { describe, expect, test } from 'vitest';
import {
  endOfLease,
  isHeld,
  isLockHeld,
  type Lock,
  leaseState,
  lockCondition,
  type OpenExecution,
} from './lock.ts';
import type { Liveness, ProbeLiveness, ProcessIdentity } from './processIdentity.ts';

const NOW = 1000;

/** A process that is what its name says; `null` for a lease without one. */
function processOf(liveness: Liveness): ProcessIdentity {
  return { host: 'h', scope: 's', pid: 1, started: liveness };
}

const probe: ProbeLiveness = ({ started }) => started as Liveness;

/** Liveness, when the lease ends; what it is, and when it ended, last seen at 700 or not at all. */
const table = [
  ['alive', NOW + 1, 'held', NOW, NOW],
  ['alive', NOW, 'held', NOW, NOW],
  ['alive', NOW - 9, 'held', NOW - 9, NOW - 9],
  ['suspended', NOW + 1, 'held', NOW, NOW],
  ['suspended', NOW, 'expired', NOW, NOW],
  ['suspended', NOW - 9, 'expired', NOW - 9, NOW - 9],
  ['unknown', NOW + 1, 'held', NOW, NOW],
  ['unknown', NOW - 9, 'expired', NOW - 9, NOW - 9],
  ['dead', NOW + 1, 'holder_dead', 700, NOW],
  ['dead', NOW - 9, 'holder_dead', 700, NOW - 9],
  ['dead', 600, 'holder_dead', 600, 600],
] as const;

describe.each(table)(
  'a lease of a process that is %s, to end at %i',
  (liveness, expiresAt, state, seenEnd, end) => {
    const lease = { process: processOf(liveness), expiresAt };

    test(`is ${state}`, () => {
      expect(leaseState(lease, NOW, probe)).toBe(state);
      expect(isHeld(lease, NOW, probe)).toBe(state === 'held');
      expect(endOfLease(lease, NOW, probe, 700)).toBe(seenEnd);
      expect(endOfLease(lease, NOW, probe, undefined)).toBe(end);
    });

    test('makes a lock what it is to those who look', () => {
      const lock = { ...lease, id: 'l' } as Lock;
      const isOver = NOW >= expiresAt;
      expect(isLockHeld({ lock, open: [] }, NOW, probe)).toBe(state === 'held');
      expect(lockCondition({ lock, open: [] }, NOW, probe)).toBe(
        state === 'held' ? (isOver ? 'overdue' : 'held') : 'expired',
      );
    });
  },
);

describe('a lock that was taken by hand', () => {
  const byHand = (expiresAt: number) => ({ process: null, expiresAt }) as Lock;
  const running = { process: processOf('alive'), expiresAt: 0 } as OpenExecution;
  const dead = { process: processOf('dead'), expiresAt: NOW + 1 } as OpenExecution;

  test.each([
    [NOW + 1, [], 'held'],
    [NOW, [], 'expired'],
    [NOW, [running], 'overdue'],
    [NOW + 1, [running], 'held'],
    [NOW, [dead], 'expired'],
    [NOW, [dead, running], 'overdue'],
  ] as const)('to end at %i, beside %j, is %s', (expiresAt, open, condition) => {
    const head = { lock: byHand(expiresAt), open };
    expect(lockCondition(head, NOW, probe)).toBe(condition);
    expect(isLockHeld(head, NOW, probe)).toBe(condition !== 'expired');
  });

  test('asks about no process', () => {
    const never: ProbeLiveness = () => {
      throw new Error('there is none');
    };
    expect(leaseState(byHand(NOW), NOW, never)).toBe('expired');
  });

  test('is the only one that lives as long as somebody runs', () => {
    const lock = { process: processOf('unknown'), expiresAt: NOW } as Lock;
    expect(isLockHeld({ lock, open: [running] }, NOW, probe)).toBe(false);
  });
});

test('no lock is none, whoever runs', () => {
  const open = [{ process: processOf('alive'), expiresAt: NOW + 1 } as OpenExecution];
  expect(isLockHeld({ lock: null, open }, NOW, probe)).toBe(false);
  expect(lockCondition({ lock: null, open }, NOW, probe)).toBe('unlocked');
});
