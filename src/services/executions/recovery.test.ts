import { describe, expect, test } from 'vitest';
import { lockExpired } from '../../backend/guardWrite.ts';
import {
  livenessOf,
  NOW,
  sketchHead,
  sketchLock,
  sketchOpen,
  sketchProcess,
} from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import type { Head } from '../../model/head.ts';
import type { OpenExecution } from '../../model/lock.ts';
import type { Liveness } from '../../model/processIdentity.ts';
import { sketchExecution } from '../../model/testing/sketchExecution.ts';
import { interruptionNeeds } from './interruptExecutions.ts';
import {
  endedExecutions,
  isInterrupted,
  needsRecovery,
  recoverCommand,
  type Settler,
} from './recovery.ts';

function lease(
  liveness: Liveness,
  isOverdue: boolean,
): Pick<OpenExecution, 'process' | 'expiresAt'> {
  return { process: sketchProcess(liveness), expiresAt: isOverdue ? NOW : NOW + 1 };
}

function recover(head: Partial<Head>, settler: Settler, lastWrites: [string, number][] = []) {
  const situation = sketchSituation(head, {
    execution: { e1: sketchExecution(), e2: sketchExecution() },
  });
  const command = recoverCommand(situation.head, livenessOf, new Map(lastWrites), settler);
  return command.decide(situation);
}

/** By liveness of the process and whether the lease ran out: who may settle it, and how it ends. */
const table = [
  ['alive', false, { reader: false, taker: false }],
  ['alive', true, { reader: false, taker: false }],
  ['suspended', false, { reader: false, taker: false }],
  ['suspended', true, { reader: false, taker: true }],
  ['unknown', false, { reader: false, taker: false }],
  ['unknown', true, { reader: false, taker: true }],
  ['dead', false, { reader: true, taker: true }],
  ['dead', true, { reader: true, taker: true }],
] as const;

const settlers = ['reader', 'taker'] as const;

describe.each(table)(
  'a process that is %s, its lease run out: %s',
  (liveness, isOverdue, isOver) => {
    test.each(settlers)('an execution, settled by a %s', (settler) => {
      const open = [sketchOpen({ id: 'e1', ...lease(liveness, isOverdue) })];
      const head = sketchHead({ open, status: 'running' });
      expect(needsRecovery(head, NOW, livenessOf, settler)).toBe(isOver[settler]);
      expect(endedExecutions(head, NOW, livenessOf, settler)).toEqual(isOver[settler] ? open : []);
      const { result, changes, events } = recover({ open }, settler);
      expect(result.executions.map(({ id, status }) => [id, status])).toEqual(
        isOver[settler] ? [['e1', liveness === 'dead' ? 'interrupted' : 'fenced']] : [],
      );
      expect(result.lockExpired).toBe(false);
      expect(changes.some((each) => each.type === 'execution.close')).toBe(isOver[settler]);
      expect(changes.some((each) => each.type === 'lock.delete')).toBe(false);
      expect(events.length > 0).toBe(isOver[settler]);
    });

    test.each(settlers)('a lock, settled by a %s', (settler) => {
      const lock = sketchLock(lease(liveness, isOverdue));
      expect(needsRecovery(sketchHead({ lock }), NOW, livenessOf, settler)).toBe(isOver[settler]);
      const { result, changes, events } = recover({ lock }, settler);
      expect(result).toEqual({ executions: [], lockExpired: isOver[settler] });
      const at = liveness === 'dead' && !isOverdue ? NOW : lock.expiresAt;
      expect(changes).toEqual(isOver[settler] ? [{ type: 'lock.delete', at }] : []);
      expect(events).toEqual(isOver[settler] ? [lockExpired('s', lock, at)] : []);
    });

    test('is told to those who look, where it is dead and the stack is said to run', () => {
      const open = [sketchOpen(lease(liveness, isOverdue))];
      const isDead = liveness === 'dead';
      expect(isInterrupted(sketchHead({ open, status: 'running' }), NOW, livenessOf)).toBe(isDead);
      expect(isInterrupted(sketchHead({ open, status: 'failed' }), NOW, livenessOf)).toBe(false);
      expect(isInterrupted(sketchHead({ status: 'running' }), NOW, livenessOf)).toBe(false);
    });
  },
);

test('a lock that was taken by hand is freed by who takes it, and not while somebody runs under it', () => {
  const lock = sketchLock({ expiresAt: NOW - 9 });
  const open = [sketchOpen()];
  expect(recover({ lock }, 'reader').result.lockExpired).toBe(false);
  expect(recover({ lock }, 'taker').result.lockExpired).toBe(true);
  expect(recover({ lock, open }, 'taker').result.lockExpired).toBe(false);
  expect(recover({ lock: sketchLock() }, 'taker').result.lockExpired).toBe(false);
});

test('nothing needs a recovery in a stack without lock and executions', () => {
  for (const settler of settlers) {
    expect(needsRecovery(sketchHead(), NOW, livenessOf, settler)).toBe(false);
    expect(recover({}, settler)).toEqual({
      result: { executions: [], lockExpired: false },
      changes: [],
      events: [],
    });
  }
});

describe('a run that was killed', () => {
  const dead = sketchProcess('dead');
  const lock = sketchLock({ process: dead });
  const open = [
    sketchOpen({ id: 'e1', process: dead, startedAt: NOW - 300 }),
    sketchOpen({ id: 'e2' }),
    sketchOpen({ id: 'e3', process: dead, startedAt: NOW - 200 }),
  ];

  test('ended when it last wrote, or else when it began; its lock ended with the last', () => {
    const { result, changes, events } = recover({ lock, open }, 'reader', [['e1', NOW - 50]]);
    expect(result.executions).toMatchObject([
      { id: 'e1', endedAt: NOW - 50, status: 'interrupted' },
      { id: 'e3', endedAt: NOW - 200, status: 'interrupted' },
    ]);
    expect(changes).toContainEqual({ type: 'lock.delete', at: NOW - 50 });
    expect(events.at(-1)).toEqual(lockExpired('s', lock, NOW - 50));
    expect(changes).not.toContainEqual({ type: 'execution.close', id: 'e2' });
    expect(changes.filter((each) => each.type === 'entry.put')).toMatchObject([
      { kind: 'execution', name: 'e1', body: { status: 'interrupted', endedAt: NOW - 50 } },
    ]);
  });

  test('never ended later than its lease', () => {
    const [late] = open;
    const overdue = { ...late, expiresAt: NOW - 80 } as OpenExecution;
    expect(
      recover({ open: [overdue] }, 'reader', [['e1', NOW - 50]]).result.executions,
    ).toMatchObject([{ endedAt: NOW - 80 }]);
  });

  test('is told apart from one that may live on', () => {
    const lost = sketchOpen({ id: 'e2', process: sketchProcess('suspended'), expiresAt: NOW - 5 });
    const { executions } = recover({ open: [...open.slice(0, 1), lost] }, 'taker').result;
    expect(executions.map(({ reason }) => reason)).toEqual([
      expect.any(String),
      expect.stringMatching(/\b7\b.*\bh\b/),
    ]);
    expect(executions[0]?.reason).not.toBe('');
    expect(executions[1]).toMatchObject({ endedAt: NOW - 5, status: 'fenced' });
  });

  test('is judged by the newest head, and read by the one at hand', () => {
    const command = recoverCommand(sketchHead({ open }), livenessOf, new Map(), 'taker');
    expect(command).toMatchObject({ operation: 'run.recover', needs: interruptionNeeds(open) });
    expect(command.decide(sketchSituation({})).changes).toEqual([]);
  });
});
