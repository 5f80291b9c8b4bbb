import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import {
  livenessOf,
  NOW,
  sketchLock,
  sketchOpen,
  sketchProcess,
} from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { DependencyEntry, QueueEntry, TaskStatus } from '../../model/entry.ts';
import { sketchExecution, sketchTaskRun } from '../../model/testing/sketchExecution.ts';
import { type FinishRequest, finishCommand } from './finishCommand.ts';
import { forceReleaseCommand } from './forceReleaseCommand.ts';
import { interruptionNeeds } from './interruptExecutions.ts';
import { renewCommand } from './renewCommand.ts';
import { type ExecutionAuthority, recordTaskCommand } from './taskCommands.ts';

const lock = sketchLock({ process: sketchProcess('alive') });
const open = [sketchOpen({ id: 'e1' }), sketchOpen({ id: 'e2' })];
/** The execution under the lock, and one that opted out of locking. */
const locked: ExecutionAuthority = { lockIds: new Set(['l1']), execution: 'e2', fence: 5 };
const unlocked: ExecutionAuthority = { lockIds: new Set(), execution: 'e2', fence: null };
const expired = sketchLock({ process: sketchProcess('dead') });

/** What every write of an execution has to be refused. */
const lost = [
  ['without its lock', { lock: null, open }, locked],
  ['with a token of another time', { lock: { ...lock, fence: 6 }, open }, locked],
  ['after somebody closed it', { lock, open: [] }, locked],
] as const;

describe('renewing', () => {
  const renew = (ttl: number, authority = locked) => renewCommand(ttl, authority, livenessOf);

  test('prolongs the execution and its lock, and nothing else', () => {
    expect(renew(5000)).toMatchObject({ operation: 'run.renew', execution: 'e2' });
    expect(renew(5000).decide(sketchSituation({ lock, open }))).toEqual({
      result: undefined,
      fence: 5,
      changes: [
        { type: 'execution.open', execution: { ...open[1], expiresAt: NOW + 5000 } },
        { type: 'lock.put', lock: { ...lock, expiresAt: NOW + 5000 } },
      ],
      events: [],
    });
  });

  test.each([999, 1000])('never shortens a lock: %i ms', (ttl) => {
    expect(renew(ttl).decide(sketchSituation({ lock, open })).changes).toEqual([
      { type: 'execution.open', execution: { ...open[1], expiresAt: NOW + ttl } },
    ]);
  });

  test('of a run without a lock, clears one that had ended and prolongs none', () => {
    const { changes, events } = renew(5000, unlocked).decide(
      sketchSituation({ lock: expired, open }),
    );
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'execution.open']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired']);
    expect(renew(5000, unlocked).decide(sketchSituation({ open })).changes).toHaveLength(1);
  });

  test.each(lost)('is refused %s', (_, head, authority) => {
    expect(refusalOf(() => renew(5000, authority).decide(sketchSituation(head)))?.code).toBe(
      'lock.lost',
    );
  });
});

describe('recording a task', () => {
  test.each<[TaskStatus, string, string]>([
    ['pending', 'run.task_end', 'task.started'],
    ['running', 'run.task_start', 'task.started'],
    ['completed', 'run.task_end', 'task.completed'],
    ['failed', 'run.task_end', 'task.failed'],
    ['skipped', 'run.task_end', 'task.skipped'],
    ['interrupted', 'run.task_end', 'task.interrupted'],
  ])('that is %s', (status, operation, type) => {
    const run = sketchTaskRun({ status, attempt: 3 });
    const chunks = [{ hash: 'c', bytes: new Uint8Array() }];
    const command = recordTaskCommand('build', run, locked, livenessOf, chunks);
    expect(command).toMatchObject({ operation, execution: 'e2' });
    const decision = command.decide(sketchSituation({ lock, open }));
    expect(decision).toMatchObject({
      fence: 5,
      changes: [putEntry('task_run', 'e2/build', run)],
      events: [{ type, source: 'run', data: { task: 'build', attempt: 3 } }],
    });
    expect(decision.chunks).toBe(chunks);
  });

  test('tells of its failure with the first line of what is known, and no chunks by itself', () => {
    const run = sketchTaskRun({ status: 'failed', reason: 'exit 3\nsecond line' });
    const decide = recordTaskCommand('build', run, locked, livenessOf).decide;
    const { events, chunks } = decide(sketchSituation({ lock, open }));
    expect(events[0]?.message).toMatch(/build.*exit 3$/);
    expect(chunks).toEqual([]);
    const quiet = recordTaskCommand('build', sketchTaskRun(), locked, livenessOf);
    expect(quiet.decide(sketchSituation({ lock, open })).events[0]?.message).not.toMatch(/: ?$/);
  });

  test('clears a lock that had ended', () => {
    const command = recordTaskCommand('build', sketchTaskRun(), unlocked, livenessOf);
    const { changes, events } = command.decide(sketchSituation({ lock: expired, open }));
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'entry.put']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'task.started']);
  });

  test.each(lost)('is refused %s', (_, head, authority) => {
    const command = recordTaskCommand('build', sketchTaskRun(), authority, livenessOf);
    expect(refusalOf(() => command.decide(sketchSituation(head)))?.code).toBe('lock.lost');
  });
});

describe('finishing', () => {
  const request: FinishRequest = {
    status: 'failed',
    reason: 'no luck',
    release: true,
    lockUntil: null,
    rolledBack: false,
    dropped: ['old'],
  };
  const entry = sketchExecution({ startedAt: 500, up: 'u1' });
  const place = (at: number): QueueEntry => {
    return { request: '', at, by: 'ann', process: sketchProcess('alive') };
  };
  const use = (execution: string): DependencyEntry => {
    return { declarations: [], used: { lineage: 'l', outputs: { a: { serial: 1, execution } } } };
  };
  const declared = {
    declarations: [{ source: 'hand' as const, by: 'ann', range: '', at: null }],
  };
  const entries = {
    execution: { e1: sketchExecution(), e2: entry },
    queue: { u0: place(500), u1: place(900), u2: place(501) },
    dependency: {
      mine: use('e2'),
      old: use('e1'),
      kept: { ...declared, used: use('e1').used },
      declared,
    },
  };

  function finish(facts: Partial<FinishRequest>, authority = locked, head = { lock, open }) {
    const command = finishCommand({ ...request, ...facts }, authority, livenessOf);
    return command.decide(sketchSituation(head, entries));
  }

  test.each([
    ['failed', 'failed', 'stack.execution.failed'],
    ['interrupted', 'interrupted', 'stack.execution.interrupted'],
  ] as const)('as %s gives the lock back in the same commit', (status, stack, type) => {
    const { changes, events, fence } = finish({ status, rolledBack: true });
    expect(fence).toBe(5);
    expect(changes).toEqual([
      putEntry('execution', 'e2', {
        ...entry,
        status,
        endedAt: NOW,
        reason: 'no luck',
        rolledBack: true,
      }),
      { type: 'execution.close', id: 'e2' },
      { type: 'stack.put', status: stack },
      { type: 'lock.delete' },
    ]);
    expect(events).toMatchObject([
      { type, source: 'run', data: { execution: 'e2', reason: 'no luck' } },
      { type: 'lock.released', source: 'lock', data: { lockedBy: 'ann', by: 'ann' } },
    ]);
  });

  test('tells the reason, where there is one', () => {
    expect(finish({}).events[0]?.message).toMatch(/no luck$/);
    expect(finish({ reason: '' }).events[0]?.message).not.toMatch(/: ?$/);
  });

  test('well makes its version the one of the stack, and forgets what is of no use any more', () => {
    const { changes, events } = finish({ status: 'success', reason: '' });
    expect(changes).toEqual([
      putEntry('execution', 'e2', { ...entry, status: 'success', endedAt: NOW }),
      putEntry('workflow', 'current', { name: 'w', version: '1.0.0' }),
      { type: 'stack.put', version: '1.0.0' },
      deleteEntry('dependency', 'old'),
      putEntry('dependency', 'kept', declared),
      deleteEntry('output', 'old'),
      // Who stood in line before it began has what they wanted, and so has its own up.
      deleteEntry('queue', 'u0'),
      deleteEntry('queue', 'u1'),
      { type: 'execution.close', id: 'e2' },
      { type: 'stack.put', status: 'completed' },
      { type: 'lock.delete' },
    ]);
    expect(events[0]?.type).toBe('stack.execution.completed');
  });

  test('well, of a workflow that is known, does not write it again', () => {
    const isPut = (change: Change): boolean => 'kind' in change && change.kind === 'workflow';
    const command = finishCommand({ ...request, status: 'success' }, locked, livenessOf);
    const decide = (workflow: Readonly<Record<string, object>>) =>
      command.decide(sketchSituation({ lock, open }, { ...entries, workflow })).changes;
    const known = decide({ current: { version: '1.0.0', name: 'w' } });
    expect(known.some(isPut)).toBe(false);
    expect(known).toContainEqual({ type: 'stack.put', version: '1.0.0' });
    expect(decide({ current: { version: '0.9.0', name: 'w' } }).some(isPut)).toBe(true);
  });

  test('without a record closes it all the same', () => {
    const command = finishCommand(
      { ...request, status: 'success', dropped: [] },
      locked,
      livenessOf,
    );
    const { changes } = command.decide(
      sketchSituation({ lock, open }, { queue: { u0: place(NOW), u1: place(NOW + 1) } }),
    );
    expect(changes).toEqual([
      deleteEntry('queue', 'u0'),
      { type: 'execution.close', id: 'e2' },
      { type: 'stack.put', status: 'completed' },
      { type: 'lock.delete' },
    ]);
  });

  test.each([
    [NOW + 7, NOW + 7],
    [NOW - 7, NOW],
  ])('sets a lock that was taken by hand back to its own end: %i', (lockUntil, expiresAt) => {
    const { changes, events } = finish({ release: false, lockUntil });
    expect(changes.at(-1)).toEqual({ type: 'lock.put', lock: { ...lock, expiresAt } });
    expect(changes.some(({ type }) => type === 'lock.delete')).toBe(false);
    expect(events).toHaveLength(1);
  });

  test('leaves a lock alone that is not its own', () => {
    const types = (
      facts: Partial<FinishRequest>,
      head: { lock: typeof lock | null; open: typeof open },
    ) => finish(facts, unlocked, head as never).changes.map(({ type }) => type);
    const plain = ['entry.put', 'execution.close', 'stack.put'];
    expect(types({ release: true, lockUntil: NOW }, { lock: null, open })).toEqual(plain);
    expect(types({ release: false, lockUntil: NOW }, { lock: expired, open })).toEqual([
      'lock.delete',
      ...plain,
    ]);
    expect(finish({ release: false }).changes.map(({ type }) => type)).toEqual(plain);
    const events = finish({ release: false }, unlocked, { lock: expired, open }).events;
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'stack.execution.failed']);
  });

  test.each(lost)('is refused %s', (_, head, authority) => {
    expect(refusalOf(() => finish({}, authority, head as never))?.code).toBe('lock.lost');
  });

  test('reads its record, the dependencies, the workflow and the line', () => {
    expect(finishCommand(request, locked, livenessOf)).toMatchObject({
      operation: 'run.finish',
      execution: 'e2',
      needs: [
        { kind: 'execution', name: 'e2' },
        { kind: 'dependency' },
        { kind: 'workflow' },
        { kind: 'queue' },
      ],
    });
  });
});

describe('breaking a lock', () => {
  const request = { by: 'bob', reason: 'ann is away' };
  const content = { execution: { e1: sketchExecution(), e2: sketchExecution() } };

  test('closes what ran: dead is interrupted, anything else may live on and is fenced', () => {
    const running = [
      sketchOpen({ id: 'e1', process: sketchProcess('dead') }),
      sketchOpen({ id: 'e2', process: sketchProcess('alive') }),
      sketchOpen({ id: 'e3', process: sketchProcess('unknown') }),
    ];
    const situation = sketchSituation({ lock, open: running }, content);
    const command = forceReleaseCommand(situation.head, request, livenessOf);
    expect(command).toMatchObject({
      operation: 'lock.force_release',
      needs: interruptionNeeds(running),
    });
    const { result, changes, events } = command.decide(situation);
    expect(result).toBe(lock);
    expect(changes).toMatchObject([
      { name: 'e1', body: { status: 'interrupted', endedAt: NOW } },
      { type: 'execution.close', id: 'e1' },
      { name: 'e2', body: { status: 'fenced', endedAt: NOW } },
      { type: 'execution.close', id: 'e2' },
      { type: 'execution.close', id: 'e3' },
      { type: 'stack.put', status: 'interrupted' },
      { type: 'lock.delete' },
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'lock.force_released',
      'stack.execution.interrupted',
      'stack.execution.fenced',
      'stack.execution.fenced',
    ]);
    expect(events[0]).toMatchObject({
      source: 'lock',
      data: { lockedBy: 'ann', by: 'bob', reason: 'ann is away' },
    });
    expect(events[1]?.data.reason).toMatch(/\bbob$/);
  });

  test('of nobody is refused', () => {
    const situation = sketchSituation({ open }, content);
    const command = forceReleaseCommand(situation.head, request, livenessOf);
    expect(refusalOf(() => command.decide(situation))).toEqual({
      code: 'lock.not_held',
      details: { stack: 's' },
    });
  });
});
