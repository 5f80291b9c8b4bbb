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
import type { Head } from '../../model/head.ts';
import { decideRelease, type ReleaseRequest } from './decideRelease.ts';

const byHand = sketchLock();
const ofRun = sketchLock({ process: sketchProcess('alive') });
const ofRemoteRun = sketchLock({ process: sketchProcess('unknown') });

const shows = new Set(['other', 'l1']);
const showsOther = new Set(['other']);

function release(head: Partial<Head>, request: ReleaseRequest): ReturnType<typeof decideRelease> {
  return decideRelease(sketchSituation(head), request, livenessOf);
}

describe('a lock is released', () => {
  test.each([
    ['by its holder, who shows it', byHand, { identity: 'ann', named: true, lockIds: shows }],
    ['by its holder, by name', byHand, { identity: 'ann', named: true, lockIds: showsOther }],
    ['by who is its holder', byHand, { identity: 'ann', named: false, lockIds: showsOther }],
    ['by whoever shows it', byHand, { identity: 'bob', named: false, lockIds: shows }],
    ['of a run, by whoever shows it', ofRun, { identity: 'ann', named: true, lockIds: shows }],
    [
      'of a run that is dead, by name',
      sketchLock({ process: sketchProcess('dead') }),
      { identity: 'ann', named: true, lockIds: showsOther },
    ],
    [
      'of a run that can not be seen and whose time is over, by name',
      { ...ofRemoteRun, expiresAt: NOW },
      { identity: 'ann', named: true, lockIds: showsOther },
    ],
  ])('%s', (_, lock, request) => {
    const { events, ...decision } = release({ lock }, request);
    expect(decision).toEqual({ result: lock, fence: 5, changes: [{ type: 'lock.delete' }] });
    expect(events).toMatchObject([
      { type: 'lock.released', source: 'lock', data: { lockedBy: 'ann', by: request.identity } },
    ]);
  });
});

describe('a lock is not released', () => {
  const holder = { stack: 's', by: 'ann', since: NOW - 500, operation: 'run', reason: 'a release' };

  test('where there is none', () => {
    for (const lockIds of [shows, showsOther]) {
      const request = { identity: 'ann', named: true, lockIds };
      expect(refusalOf(() => release({ lock: null }, request))).toEqual({
        code: 'lock.not_held',
        details: { stack: 's' },
      });
    }
  });

  test.each([
    ['by somebody else', { identity: 'bob', named: false, lockIds: showsOther }],
    ['by another name', { identity: 'bob', named: true, lockIds: showsOther }],
    ['by another name, though it is shown', { identity: 'bob', named: true, lockIds: shows }],
  ])('%s', (_, request) => {
    for (const lock of [byHand, ofRun]) {
      expect(refusalOf(() => release({ lock }, request))).toEqual({
        code: 'lock.not_holder',
        details: { ...holder, identity: 'bob' },
      });
    }
  });

  test.each([
    ['whose process is seen alive', ofRun],
    ['whose process is alive past its time', { ...ofRun, expiresAt: NOW - 50 }],
    ['whose process can not be seen', ofRemoteRun],
  ])('by name, under a run %s', (_, lock) => {
    const request = { identity: 'ann', named: true, lockIds: showsOther };
    const open = [sketchOpen({ id: 'e4', by: 'ann' })];
    expect(refusalOf(() => release({ lock, open }, request))).toEqual({
      code: 'stack.busy',
      details: { stack: 's', by: 'ann', since: NOW - 400, execution: 'e4' },
    });
    expect(refusalOf(() => release({ lock, open }, { ...request, named: false }))?.code).toBe(
      'stack.busy',
    );
    // A run that has its lock and has not begun yet.
    expect(refusalOf(() => release({ lock }, request))).toEqual({
      code: 'stack.busy',
      details: { stack: 's', by: '', since: 0, execution: '' },
    });
  });
});
