import { emptyHead, type Head } from '../../model/head.ts';
import type { Lock, OpenExecution, Waiter } from '../../model/lock.ts';
import type { Liveness, ProbeLiveness, ProcessIdentity } from '../../model/processIdentity.ts';

/** The time at which decisions are taken in a test, in epoch milliseconds. */
export const NOW = 1_000_000;

/** A process of whom `livenessOf` says what its name says. */
export function sketchProcess(liveness: Liveness): ProcessIdentity {
  return { host: 'h', scope: 's', pid: 7, started: liveness };
}

/** A probe that believes what a sketched process is named. */
export const livenessOf: ProbeLiveness = ({ started }) => started as Liveness;

/** The facts of a lock that a test cares about; else it was taken by hand by `ann`, and holds. */
export function sketchLock(facts: Partial<Lock> = {}): Lock {
  return {
    id: 'l1',
    lockedBy: 'ann',
    lockedAt: NOW - 500,
    operation: 'run',
    reason: 'a release',
    process: null,
    expiresAt: NOW + 1000,
    fence: 5,
    ...facts,
  };
}

/** As `sketchLock`: somebody in line who is seen alive. */
export function sketchWaiter(facts: Partial<Waiter> = {}): Waiter {
  return {
    id: 'w1',
    by: 'bob',
    since: NOW - 300,
    process: sketchProcess('alive'),
    expiresAt: NOW + 1000,
    ...facts,
  };
}

/** As `sketchLock`: an execution whose process is seen alive. */
export function sketchOpen(facts: Partial<OpenExecution> = {}): OpenExecution {
  return {
    id: 'e1',
    by: 'ann',
    startedAt: NOW - 400,
    process: sketchProcess('alive'),
    expiresAt: NOW + 1000,
    ...facts,
  };
}

/** A stack `s` at serial 9, with nothing in it but what the test says. */
export function sketchHead(facts: Partial<Head> = {}): Head {
  return { ...emptyHead('lineage'), name: 's', serial: 9, hash: 'h9', ...facts };
}
